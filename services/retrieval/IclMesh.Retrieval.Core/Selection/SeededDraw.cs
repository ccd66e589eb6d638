using System.Text;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>The seeded random order of demonstrations.</summary>
/// <remarks>
/// Every demonstration gets the key mix(fnv(id) + mix(seed)): FNV-1a over the id's UTF-8 bytes, and the finaliser of SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014). The k smallest keys, compared as unsigned numbers, are the draw, equal keys
/// by id. So a draw is uniform over the seeds, does not depend on the order of insertion, and one more demonstration changes at most one place.
/// </remarks>
public static class SeededDraw
{
    /// <summary>FNV-1a of a text's UTF-8 bytes.</summary>
    /// <param name="text">An id or a text.</param>
    public static ulong Hash(string text)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ unit) * 0x100000001b3UL;
        }

        return hash;
    }

    /// <summary>The seed of a draw for one query: other texts draw other demonstrations.</summary>
    /// <param name="seed">The caller's seed.</param>
    /// <param name="text">The query's text.</param>
    public static ulong Seed(ulong seed, string text) => Mix(seed) + Hash(text);

    /// <summary>Place of an id in the order of a seed; the smallest keys are drawn first.</summary>
    /// <param name="idHash"><see cref="Hash"/> of the id.</param>
    /// <param name="seed">The seed.</param>
    public static ulong Key(ulong idHash, ulong seed) => Mix(idHash + Mix(seed));

    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
