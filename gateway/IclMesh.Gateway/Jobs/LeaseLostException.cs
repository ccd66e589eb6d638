namespace IclMesh.Gateway.Jobs;

/// <summary>A job was cancelled, deleted or taken over while an attempt worked on it; what the attempt wrote before is safe, it may write nothing more.</summary>
internal sealed class LeaseLostException() : Exception("the job is no longer this attempt's");
