using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>Embeddings of texts seen before, by the text's digest; the least recently used goes first. Thread-safe.</summary>
/// <param name="limit">Most entries; 0 switches the cache off.</param>
internal sealed class EmbeddingCache(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, CachedEmbedding Value)>> entries = [];
    private readonly LinkedList<(UInt128 Key, CachedEmbedding Value)> recency = new();

    /// <summary>Digest of a text: 128 bits, so that two texts never meet in practice.</summary>
    public static UInt128 Key(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Finds an embedding.</summary>
    public bool TryGet(UInt128 key, [NotNullWhen(true)] out CachedEmbedding? value)
    {
        lock (gate)
        {
            value = null;
            if (!entries.TryGetValue(key, out var node))
            {
                return false;
            }

            recency.Remove(node);
            recency.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Remembers an embedding.</summary>
    public void Add(UInt128 key, CachedEmbedding value)
    {
        lock (gate)
        {
            if (limit == 0 || entries.ContainsKey(key))
            {
                return;
            }

            if (entries.Count == limit)
            {
                entries.Remove(recency.Last!.Value.Key);
                recency.RemoveLast();
            }

            entries[key] = recency.AddFirst((key, value));
        }
    }
}

/// <summary>A remembered embedding.</summary>
/// <param name="Vector">The embedding.</param>
/// <param name="TokenCount">Tokens of the text before it was cut.</param>
internal sealed record CachedEmbedding(float[] Vector, int TokenCount);
