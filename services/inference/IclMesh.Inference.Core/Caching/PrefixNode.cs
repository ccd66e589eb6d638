namespace IclMesh.Inference.Core.Caching;

/// <summary>An edge of the radix tree: a run of tokens and the pages that hold their keys and values.</summary>
internal sealed class PrefixNode
{
    public PrefixNode(PrefixNode? parent, int[] tokens, KeyValuePage[] pages, int offset)
    {
        Parent = parent;
        Tokens = tokens;
        Pages = pages;
        Offset = offset;
        Place = new(this);
    }

    /// <summary>The edge before this one; null for the root.</summary>
    public PrefixNode? Parent { get; set; }

    /// <summary>Tokens of this edge; empty for the root only.</summary>
    public int[] Tokens { get; set; }

    /// <summary>Pages in order; the first and the last may be shared with a neighbour.</summary>
    public KeyValuePage[] Pages { get; set; }

    /// <summary>Place of the first token in the first page.</summary>
    public int Offset { get; }

    /// <summary>Edges that follow, by their first token.</summary>
    public Dictionary<int, PrefixNode> Children { get; } = [];

    /// <summary>Place in the order of last use.</summary>
    public LinkedListNode<PrefixNode> Place { get; }
}
