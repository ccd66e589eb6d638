using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core;

/// <summary>Counts what an answer takes as it is put together: texts of 1 MiB make a thousand demonstrations a gigabyte.</summary>
public struct AnswerSize
{
    /// <summary>Most bytes of one answer: below the 64 MiB of a message, with room for what is not counted.</summary>
    public const long MaxBytes = 48 << 20;

    private const int Overhead = 64;

    private long bytes;

    /// <summary>Adds a demonstration where there is room for it; the first one always has room.</summary>
    /// <param name="demonstration">The demonstration.</param>
    public bool TryAdd(Demonstration demonstration)
    {
        var more = Of(demonstration);
        if (bytes > 0 && bytes + more > MaxBytes)
        {
            return false;
        }

        bytes += more;
        return true;
    }

    /// <summary>Adds a demonstration that was asked for.</summary>
    /// <param name="field">What asked for it.</param>
    /// <param name="demonstration">The demonstration.</param>
    /// <exception cref="MeshException">There is no room for it.</exception>
    public void Add(string field, Demonstration demonstration) => Add(field, Of(demonstration));

    /// <summary>Adds bytes.</summary>
    /// <param name="field">What asked for them.</param>
    /// <param name="more">How many.</param>
    /// <exception cref="MeshException">There is no room for them.</exception>
    public void Add(string field, long more)
    {
        bytes += more;
        if (bytes > MaxBytes)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, $"{field}: bytes of the answer", MaxBytes, bytes);
        }
    }

    private static long Of(Demonstration demonstration)
    {
        ArgumentNullException.ThrowIfNull(demonstration);
        var metadata = demonstration.Metadata.Sum(entry => (long)entry.Key.Length + entry.Value.Text.Length);
        return (demonstration.Text.Length > 0 ? demonstration.TextBytes : 0) + (demonstration.Vector.Length * sizeof(float)) + (3 * metadata) + Overhead;
    }
}
