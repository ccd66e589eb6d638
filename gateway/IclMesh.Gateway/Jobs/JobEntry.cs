using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>A job as lists show it: neither its rows nor its result, which are read by themselves.</summary>
internal sealed record JobEntry
{
    public required string Id { get; init; }

    /// <summary>Unlike the id, never used again: what is recorded belongs to it, so that a job that is deleted and started anew begins with nothing.</summary>
    public required string Incarnation { get; init; }

    /// <summary>The specification without its rows.</summary>
    public required JobSpec Header { get; init; }

    public required int Rows { get; init; }

    /// <summary>SHA-256 of the rows; outlives them where they are redacted.</summary>
    public required byte[] RowsHash { get; init; }

    /// <summary>True where texts were taken out when the job succeeded.</summary>
    public required bool Redacted { get; init; }

    public required JobState State { get; init; }

    public required JobProgressReport Progress { get; init; }

    public Google.Rpc.Status? Error { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required int Attempts { get; init; }

    public bool HasEnded => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}
