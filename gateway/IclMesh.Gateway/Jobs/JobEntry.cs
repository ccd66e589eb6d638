using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>A job as the store holds it.</summary>
internal sealed record JobEntry
{
    public required string Id { get; init; }

    /// <summary>The whole specification, rows included.</summary>
    public required JobSpec Spec { get; init; }

    public JobState State { get; init; } = JobState.Queued;

    public string Phase { get; init; } = "";

    public long Done { get; init; }

    public long Total { get; init; }

    /// <summary>Prompts a second since the job last started.</summary>
    public double Rate { get; init; }

    public Google.Rpc.Status? Error { get; init; }

    /// <summary>The result as JSON; null before there is one.</summary>
    public string? Result { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public int Attempts { get; init; }
}
