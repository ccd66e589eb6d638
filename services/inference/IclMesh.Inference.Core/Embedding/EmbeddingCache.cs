using System.Diagnostics.CodeAnalysis;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>Embeddings of texts seen before, by the text's digest; the least recently used goes first. Thread-safe.</summary>
/// <param name="limit">Most entries; 0 switches the cache off.</param>
internal sealed class EmbeddingCache(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<TextDigest, LinkedListNode<(TextDigest Key, CachedEmbedding Value)>> entries = [];
    private readonly LinkedList<(TextDigest Key, CachedEmbedding Value)> recency = new();

    /// <summary>Finds an embedding.</summary>
    public bool TryGet(TextDigest key, [NotNullWhen(true)] out CachedEmbedding? value)
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
    public void Add(TextDigest key, CachedEmbedding value)
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
