namespace IclMesh.Gateway.Jobs;

/// <summary>How far a job has come.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">Prompts recorded.</param>
/// <param name="Total">Prompts to record; 0 before it is known.</param>
/// <param name="Rate">Prompts a second since the job last started.</param>
internal sealed record JobProgressReport(string Phase, long Done, long Total, double Rate);
