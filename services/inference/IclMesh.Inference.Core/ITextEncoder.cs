namespace IclMesh.Inference.Core;

/// <summary>A bidirectional encoder: token ids in, hidden states out. Thread-safe; each run uses one thread.</summary>
public interface ITextEncoder : IDisposable
{
    /// <summary>What computes: <c>cpu</c>, <c>cuda</c>, ...</summary>
    string Provider { get; }

    /// <summary>Encodes texts of one length.</summary>
    /// <param name="tokens">Token ids with special tokens, [batch, length] row by row.</param>
    /// <param name="length">Tokens of each text.</param>
    /// <param name="cancellationToken">Stops the run between two operators.</param>
    /// <returns>Last layer, [batch, length, hidden].</returns>
    float[] Encode(ReadOnlyMemory<int> tokens, int length, CancellationToken cancellationToken);

    /// <summary>Attention probabilities of one text, one array [heads, length, length] for each layer.</summary>
    /// <param name="tokens">Token ids with special tokens.</param>
    /// <param name="cancellationToken">Stops the run between two operators.</param>
    /// <exception cref="InvalidOperationException">Loaded without attention.</exception>
    float[][] Attention(ReadOnlyMemory<int> tokens, CancellationToken cancellationToken);
}
