using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Estimates how many of their five-character shingles two texts share, from signatures of fixed length.</summary>
/// <remarks>
/// Sources: A. Broder, "On the resemblance and containment of documents", 1997; one hash for all places and the filling of empty ones by A. Shrivastava
/// and P. Li, "Densifying one permutation hashing via rotation for fast near neighbor search", 2014. The estimate is unbiased; its standard
/// error is at most 0.5/√128 = 0.044 for texts with many shingles.
/// </remarks>
internal static class MinHash
{
    private const int ShingleLength = 5;
    private const int Bins = 128;

    // Added for every step that an empty place takes a value from afar, so that such places agree only where they took the same steps.
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The signature of a text, letter case, spacing and punctuation aside.</summary>
    /// <param name="text">Any text.</param>
    public static ulong[] Signature(string text)
    {
        var normal = NormalizedText.Of(text);
        var signature = new ulong[Bins];
        Array.Fill(signature, ulong.MaxValue);
        for (var start = 0; start == 0 || start + ShingleLength <= normal.Length; start++)
        {
            // A text shorter than a shingle is one shingle.
            var shingle = normal.AsSpan(start, Math.Min(ShingleLength, normal.Length - start));
            var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(shingle));
            ref var place = ref signature[hash % Bins];
            place = Math.Min(place, hash / Bins);
        }

        return Densify(signature);
    }

    /// <summary>Estimated share of the shingles of both that they have in common, in [0, 1].</summary>
    /// <param name="x">A signature.</param>
    /// <param name="y">Another one.</param>
    public static double Resemblance(ulong[] x, ulong[] y)
    {
        var same = Vector<ulong>.Zero;
        for (var i = 0; i < Bins; i += Vector<ulong>.Count)
        {
            same -= Vector.Equals(new Vector<ulong>(x, i), new Vector<ulong>(y, i));
        }

        return Vector.Sum(same) / (double)Bins;
    }

    private static ulong[] Densify(ulong[] signature)
    {
        var filled = new ulong[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            var steps = 0;
            while (signature[(bin + steps) % Bins] == ulong.MaxValue)
            {
                steps++;
            }

            filled[bin] = signature[(bin + steps) % Bins] + ((ulong)steps * Step);
        }

        return filled;
    }
}
