namespace IclMesh.Inference.Core.Models;

/// <summary>How loaded models serve calls: threads, queues, caches and limits.</summary>
public sealed record ServingSettings
{
    /// <summary>Least share of prompts on which a reduced precision must answer as fp32 does to be allowed to score; 0 allows all.</summary>
    public double MinimumAgreement { get; init; } = 0.97;

    /// <summary>Threads that compute, shared by all models.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Most calls of one model at a time, waiting ones included.</summary>
    public int QueueLimit { get; init; } = 256;

    /// <summary>Bytes of the prefix cache of one model.</summary>
    public long PrefixCacheBytes { get; init; } = 256L << 20;

    /// <summary>Most bytes that one capture may return.</summary>
    public long CaptureBytes { get; init; } = 1L << 30;

    /// <summary>Most bytes of UTF-8 of all texts of one call.</summary>
    public int MaxTextBytes { get; init; } = 4 << 20;

    /// <summary>What the calls of all models may hold together.</summary>
    public ByteBudget Memory { get; init; } = new(ByteBudget.Available / 2, ByteBudget.Available / 2);

    /// <summary>Most embeddings that one encoder remembers.</summary>
    public int EmbeddingCacheEntries { get; init; } = 100_000;

    /// <summary>Most tokens of one batch of an encoder.</summary>
    public int BatchTokens { get; init; } = 2048;
}
