using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>A job that a gateway has taken.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Attempt">The right to write for it.</param>
/// <param name="Spec">The whole specification, rows included.</param>
internal sealed record ClaimedJob(string Id, JobAttempt Attempt, JobSpec Spec);
