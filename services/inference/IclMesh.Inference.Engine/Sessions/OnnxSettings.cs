namespace IclMesh.Inference.Engine.Sessions;

/// <summary>How models are loaded.</summary>
/// <param name="CacheFolder">Folder of weight files; may be deleted at any time.</param>
public sealed record OnnxSettings(string CacheFolder)
{
    /// <summary>Bytes that the cache folder may hold; the weight files that were unused longest make room for a new one.</summary>
    public long CacheBytes { get; init; } = 64L << 30;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary><c>fp32</c> or <c>int8</c>.</summary>
    public string Precision { get; init; } = "fp32";
}
