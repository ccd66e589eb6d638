namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>A demonstration to delete.</summary>
/// <param name="Id">Its id; one that does not exist is no error.</param>
/// <param name="ExpectedVersion">Null deletes in any case, a number only that version.</param>
public sealed record DemonstrationDeletion(string Id, long? ExpectedVersion = null);
