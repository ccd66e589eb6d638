using System.Text;

namespace IclMesh.Inference.Core.Scheduling;

/// <summary>Admits texts by their size before they are tokenised, and tokenises long ones where they keep nobody from a thread.</summary>
/// <param name="memory">What all calls may hold together.</param>
/// <param name="maxTextBytes">Most bytes of UTF-8 of one call.</param>
/// <param name="workers">Threads.</param>
public sealed class TextAdmission(ByteBudget memory, int maxTextBytes, WorkerPool workers)
{
    /// <summary>Bytes that a byte of text takes while it is tokenised: pieces, spans and their message; 82 were measured for 4 MiB of words.</summary>
    private const int Cost = 96;

    /// <summary>Bytes of text that are tokenised at once, in about a millisecond.</summary>
    private const int Short = 1 << 14;

    /// <summary>Admits a call with these texts.</summary>
    /// <exception cref="MeshException">More text than one call may bring, or no memory left for it now.</exception>
    public ByteBudget.Reservation Admit(IEnumerable<string> texts, out long bytes)
    {
        bytes = texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text));
        if (bytes > maxTextBytes)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of text", maxTextBytes, bytes);
        }

        var reservation = memory.Begin();
        reservation.Reach(Cost * bytes);
        return reservation;
    }

    /// <summary>Tokenises.</summary>
    /// <param name="bytes">Bytes of the text, each time that it is tokenised.</param>
    /// <param name="tokenize">Does it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<T> RunAsync<T>(long bytes, Func<T> tokenize, CancellationToken cancellationToken) =>
        bytes <= Short ? Task.FromResult(tokenize()) : workers.RunAsync(tokenize, Turn.Lengthy, cancellationToken);
}
