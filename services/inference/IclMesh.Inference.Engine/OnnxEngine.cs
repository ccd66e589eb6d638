using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Exported;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Engine;

/// <summary>Computes with ONNX Runtime: graphs of our own over a cache of weight files, and graphs that others exported.</summary>
/// <param name="settings">Cache folder, provider and precision.</param>
public sealed class OnnxEngine(OnnxSettings settings) : IModelEngine
{
    /// <inheritdoc/>
    public string Provider => settings.Provider;

    /// <inheritdoc/>
    public string Precision => settings.Precision;

    /// <inheritdoc/>
    public string CacheFolder => settings.CacheFolder;

    /// <inheritdoc/>
    public ITransformerModel LoadDecoder(ModelSource source, string precision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Graph is null
            ? OnnxTransformerModel.Load(source, settings with { Precision = precision }, cancellationToken)
            : ExportedModel.Load(source, settings);
    }

    /// <inheritdoc/>
    public ITextEncoder LoadEncoder(ModelSource source, bool exposeAttention, CancellationToken cancellationToken) =>
        OnnxTextEncoder.Load(source, settings, exposeAttention, cancellationToken);
}
