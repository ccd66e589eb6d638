using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core;

/// <summary>A decoder: token ids in, logits and captures out. Thread-safe; each run uses one thread and one key-value buffer.</summary>
public interface ITransformerModel : IDisposable
{
    /// <summary>Name of the model, for errors.</summary>
    string Name { get; }

    /// <summary>Sizes and constants.</summary>
    ModelConfiguration Configuration { get; }

    /// <summary>How the linear layers compute: <c>fp32</c>, <c>int8</c>, ...</summary>
    string Precision { get; }

    /// <summary>What computes: <c>cpu</c>, <c>cuda</c>, ...</summary>
    string Provider { get; }

    /// <summary>
    /// Attention rows, hidden rows and the logit lens can be asked for. False for a graph that somebody else exported:
    /// it returns logits, keys and values only.
    /// </summary>
    bool HasTaps { get; }

    /// <summary>Allocates room for the keys and values of <paramref name="capacity"/> tokens.</summary>
    /// <param name="capacity">Tokens, at least 1.</param>
    KeyValueBuffer CreateBuffer(int capacity);

    /// <summary>Runs the new tokens of a pass over the keys and values of the tokens before them.</summary>
    /// <param name="pass">New tokens and what to return.</param>
    /// <param name="buffer">Holds the past; receives the keys and values of the new tokens.</param>
    /// <param name="cancellationToken">Stops the run between two operators.</param>
    /// <returns>Logits and captures; valid until disposed.</returns>
    /// <exception cref="ArgumentException">A row is out of range, or the buffer is too small.</exception>
    /// <exception cref="MeshException">What is read from the result, when it is read, holds NaN or infinity.</exception>
    /// <exception cref="NotSupportedException">Attention or hidden rows of a model without taps.</exception>
    ForwardResult Run(ForwardPass pass, KeyValueBuffer buffer, CancellationToken cancellationToken);

    /// <summary>Logits that final norm and head read off a residual stream: the logit lens.</summary>
    /// <param name="stream">Rows of <see cref="ForwardResult.Hidden"/> of layers below L, [rows, hidden].</param>
    /// <returns>[rows, vocabulary].</returns>
    /// <exception cref="NotSupportedException">The model has no taps.</exception>
    float[] ReadLogits(float[] stream);
}
