using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Caching;

/// <summary>Keys and values of token prefixes seen before, as a radix tree at token level. Thread-safe.</summary>
/// <remarks>
/// Source: L. Zheng et al., "SGLang: Efficient Execution of Structured Language Model Programs", 2024 (RadixAttention). Pages are of fixed
/// size and reused, so memory stays flat at the budget; splitting an edge shares its boundary page. The least recently used leaf goes first.
/// </remarks>
internal sealed class PrefixCache
{
    /// <summary>Tokens of one page: small enough to waste little, large enough for long copies.</summary>
    public const int PageTokens = 16;

    private readonly Lock gate = new();
    private readonly PageLayout layout;
    private readonly int pageLimit;
    private readonly Stack<KeyValuePage> free = new();
    private readonly LinkedList<PrefixNode> recency = new();
    private readonly PrefixNode root = new(null, [], [], 0);
    private int pages;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="configuration">Sizes of the model.</param>
    /// <param name="budget">Bytes that pages may take together; 0 switches the cache off.</param>
    public PrefixCache(ModelConfiguration configuration, long budget)
    {
        layout = new(configuration);
        pageLimit = checked((int)Math.Min(int.MaxValue, budget / layout.PageBytes));
    }

    /// <summary>Bytes that pages take now, free ones included.</summary>
    public long Bytes => (long)Volatile.Read(ref pages) * layout.PageBytes;

    /// <summary>Copies the longest known prefix into a buffer.</summary>
    /// <param name="tokens">The wanted tokens.</param>
    /// <param name="skip">Tokens whose keys and values are in the buffer already.</param>
    /// <param name="buffer">Receives keys and values from <paramref name="skip"/> on.</param>
    /// <returns>Tokens that the buffer holds now, at least <paramref name="skip"/>.</returns>
    public int Restore(ReadOnlySpan<int> tokens, int skip, KeyValueBuffer buffer)
    {
        var path = Pin(tokens);
        var position = 0;
        try
        {
            foreach (var (node, count) in path)
            {
                if (position + count > skip)
                {
                    var from = Math.Max(0, skip - position);
                    layout.Load(node.Pages, node.Offset + from, count - from, buffer, position + from);
                }

                position += count;
            }
        }
        finally
        {
            Unpin(path);
        }

        return Math.Max(skip, position);
    }

    /// <summary>Number of leading tokens that are known.</summary>
    public int Match(ReadOnlySpan<int> tokens)
    {
        lock (gate)
        {
            return Walk(tokens).Sum(step => step.Count);
        }
    }

    /// <summary>Remembers the keys and values of a prefix.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="buffer">Holds their keys and values from place 0 on.</param>
    public void Store(ReadOnlySpan<int> tokens, KeyValueBuffer buffer)
    {
        lock (gate)
        {
            var path = Walk(tokens);
            var known = path.Sum(step => step.Count);
            var missing = tokens.Length - known;
            var needed = (missing + PageTokens - 1) / PageTokens;
            if (missing == 0 || needed > pageLimit)
            {
                return;
            }

            var parent = path.Count == 0 ? root : path[^1].Node;
            if (path.Count > 0 && path[^1].Count < parent.Tokens.Length)
            {
                parent = Split(parent, path[^1].Count);
            }

            Touch(parent);
            if (!Reserve(needed, parent))
            {
                return;
            }

            var fresh = new KeyValuePage[needed];
            for (var index = 0; index < needed; index++)
            {
                fresh[index] = Rent();
            }

            layout.Save(fresh, buffer, known, missing);
            var node = new PrefixNode(parent, tokens[known..].ToArray(), fresh, 0);
            parent.Children.Add(node.Tokens[0], node);
            recency.AddFirst(node.Place);
        }
    }

    private List<(PrefixNode Node, int Count)> Pin(ReadOnlySpan<int> tokens)
    {
        lock (gate)
        {
            var path = Walk(tokens);
            foreach (var (node, _) in path)
            {
                foreach (var page in node.Pages)
                {
                    page.References++;
                }
            }

            if (path.Count > 0)
            {
                Touch(path[^1].Node);
            }

            // The nodes themselves may be split meanwhile; what was pinned is copied from here.
            return [.. path.Select(step => (new PrefixNode(null, step.Node.Tokens, step.Node.Pages, step.Node.Offset), step.Count))];
        }
    }

    private void Unpin(List<(PrefixNode Node, int Count)> path)
    {
        lock (gate)
        {
            foreach (var (node, _) in path)
            {
                Release(node.Pages);
            }
        }
    }

    private List<(PrefixNode Node, int Count)> Walk(ReadOnlySpan<int> tokens)
    {
        var path = new List<(PrefixNode, int)>();
        var node = root;
        while (!tokens.IsEmpty && node.Children.TryGetValue(tokens[0], out var child))
        {
            var count = tokens.CommonPrefixLength(child.Tokens);
            path.Add((child, count));
            if (count < child.Tokens.Length)
            {
                break;
            }

            tokens = tokens[count..];
            node = child;
        }

        return path;
    }

    /// <summary>Cuts an edge in two and returns the first half; the page at the cut belongs to both.</summary>
    private PrefixNode Split(PrefixNode node, int count)
    {
        var cut = node.Offset + count;
        var head = new PrefixNode(node.Parent, node.Tokens[..count], node.Pages[..((cut + PageTokens - 1) / PageTokens)], node.Offset);
        var tail = new PrefixNode(head, node.Tokens[count..], node.Pages[(cut / PageTokens)..], cut % PageTokens);
        if (cut % PageTokens != 0)
        {
            node.Pages[cut / PageTokens].References++;
        }

        foreach (var (token, child) in node.Children)
        {
            child.Parent = tail;
            tail.Children.Add(token, child);
        }

        head.Children.Add(tail.Tokens[0], tail);
        node.Parent!.Children[head.Tokens[0]] = head;
        recency.AddAfter(node.Place, tail.Place);
        recency.AddBefore(tail.Place, head.Place);
        recency.Remove(node.Place);
        return head;
    }

    /// <summary>Moves a path to the front, parents before children, so that the last in the order is always a leaf.</summary>
    private void Touch(PrefixNode node)
    {
        for (var step = node; step.Parent is not null; step = step.Parent)
        {
            recency.Remove(step.Place);
            recency.AddFirst(step.Place);
        }
    }

    /// <summary>Makes room; the path to <paramref name="keep"/> stays.</summary>
    private bool Reserve(int needed, PrefixNode keep)
    {
        while (free.Count + pageLimit - pages < needed)
        {
            var oldest = recency.Last?.Value;
            if (oldest is null || oldest == keep)
            {
                return false;
            }

            oldest.Parent!.Children.Remove(oldest.Tokens[0]);
            recency.Remove(oldest.Place);
            Release(oldest.Pages);
        }

        return true;
    }

    private KeyValuePage Rent()
    {
        if (free.TryPop(out var page))
        {
            page.References = 1;
            return page;
        }

        pages++;
        return new(GC.AllocateUninitializedArray<float>(layout.PageLength));
    }

    private void Release(KeyValuePage[] held)
    {
        foreach (var page in held)
        {
            if (--page.References == 0)
            {
                free.Push(page);
            }
        }
    }
}
