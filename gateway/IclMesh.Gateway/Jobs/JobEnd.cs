using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>How an attempt ended.</summary>
/// <param name="State">Succeeded or failed.</param>
/// <param name="Progress">The last report.</param>
/// <param name="Result">The result as JSON; null unless succeeded.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
internal sealed record JobEnd(JobState State, JobProgressReport Progress, string? Result = null, Google.Rpc.Status? Error = null);
