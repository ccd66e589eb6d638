namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How many demonstrations of a label are wanted.</summary>
/// <param name="Label">The label.</param>
/// <param name="Minimum">At least so many; the search fails where they do not exist.</param>
/// <param name="Maximum">At most so many.</param>
public sealed record LabelQuota(string Label, int Minimum, int Maximum);
