using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core;

/// <summary>Turns opened models into something that computes. What it is built on is its own affair; the host binds it.</summary>
public interface IModelEngine
{
    /// <summary>What computes: <c>cpu</c>, <c>cuda</c>, ...</summary>
    string Provider { get; }

    /// <summary>How linear layers compute unless a caller asks otherwise: <c>fp32</c>, <c>int8</c>, ...</summary>
    string Precision { get; }

    /// <summary>Folder of what is derived from models: weight files, measurements. May be deleted at any time.</summary>
    string CacheFolder { get; }

    /// <summary>Loads a decoder. The source stays open, and its owner's.</summary>
    /// <param name="source">An opened decoder.</param>
    /// <param name="precision">How its linear layers compute; does not apply where the source has a graph of its own.</param>
    /// <param name="cancellationToken">Stops the writing of what is derived.</param>
    /// <exception cref="MeshException">
    /// The model is no decoder, its tensors disagree with its configuration, the precision is unknown, or the cache cannot be written.
    /// </exception>
    ITransformerModel LoadDecoder(ModelSource source, string precision, CancellationToken cancellationToken);

    /// <summary>Loads an encoder, always in fp32. The source stays open, and its owner's.</summary>
    /// <param name="source">An opened encoder.</param>
    /// <param name="exposeAttention">Also makes <see cref="ITextEncoder.Attention"/> work, at the price of keeping every map.</param>
    /// <param name="cancellationToken">Stops the writing of what is derived.</param>
    /// <exception cref="MeshException">The tensors disagree with the configuration, or the cache cannot be written.</exception>
    ITextEncoder LoadEncoder(ModelSource source, bool exposeAttention, CancellationToken cancellationToken);
}
