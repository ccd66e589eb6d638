using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Digest of scores: equal digests mean equal scores.</summary>
/// <remarks>
/// Log-probabilities are rounded to multiples of 1/64 first. Runs of the same call agree to about 1e-4 whatever is cached or packed, so a
/// value lies close enough to a rounding border for two such runs to differ in fewer than one of a hundred scored tokens.
/// </remarks>
internal static class ScoreHash
{
    private const double Resolution = 64;

    /// <summary>Sixteen hexadecimal digits.</summary>
    public static string Compute(IEnumerable<IReadOnlyList<ScoredToken>> choices)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> record = stackalloc byte[12];
        foreach (var token in choices.SelectMany(choice => choice))
        {
            BinaryPrimitives.WriteInt32LittleEndian(record, token.Id);
            BinaryPrimitives.WriteInt64LittleEndian(record[4..], (long)Math.Round(token.LogProbability * Resolution));
            hash.AppendData(record);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
