namespace IclMesh.Inference.Core;

/// <summary>A bidirectional encoder: token ids in, hidden states out. Thread-safe; each run uses one thread.</summary>
public interface ITextEncoder : IDisposable
{
    /// <summary>Encodes texts of one length.</summary>
    /// <param name="tokens">Token ids with special tokens, [batch, length] row by row.</param>
    /// <param name="length">Tokens of each text.</param>
    /// <param name="cancellationToken">Stops the run between two operators.</param>
    /// <returns>Last layer, [batch, length, hidden].</returns>
    float[] Encode(ReadOnlyMemory<int> tokens, int length, CancellationToken cancellationToken);
}
