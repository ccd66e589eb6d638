using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tasks;

/// <summary>A request with everything that its task gives.</summary>
/// <param name="Request">The request.</param>
/// <param name="TaskVersion">Version of the task; 0 without one.</param>
/// <param name="ProfileIsStored">The head profile is the task's: nothing that this caller could mend.</param>
internal sealed record CompleteRequest(PredictRequest Request, long TaskVersion, bool ProfileIsStored);
