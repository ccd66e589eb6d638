namespace IclMesh.Inference.Core.Onnx;

/// <summary>How models are loaded.</summary>
/// <param name="CacheFolder">Folder of weight files; may be deleted at any time.</param>
public sealed record OnnxSettings(string CacheFolder)
{
    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary><c>fp32</c> or <c>int8</c>.</summary>
    public string Precision { get; init; } = "fp32";
}
