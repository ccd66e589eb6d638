namespace IclMesh.Gateway.Jobs;

/// <summary>The right to write for a job, which ends when the job is cancelled, deleted or claimed by another: a fencing token that every write carries.</summary>
/// <param name="Incarnation">The job's.</param>
/// <param name="Number">Number of the attempt, from 1; grows with every claim.</param>
internal sealed record JobAttempt(string Incarnation, int Number);
