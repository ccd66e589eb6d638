namespace IclMesh.Inference.Core.Scoring;

/// <summary>Continuations as a tree: tokens that several of them share are computed once.</summary>
/// <remarks>A continuation's last token is only predicted, so it is no node.</remarks>
internal sealed class TokenTrie
{
    private readonly Dictionary<(int Parent, int Token), int> nodes = [];
    private readonly List<int> tokens = [];
    private readonly List<int> parents = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="choices">Tokens of each continuation, at least one each.</param>
    public TokenTrie(IReadOnlyList<int[]> choices)
    {
        Paths = [.. choices.Select(Add)];
    }

    /// <summary>Token of each node; a parent comes before its children.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>Parent of each node, -1 for those that follow the context.</summary>
    public IReadOnlyList<int> Parents => parents;

    /// <summary>
    /// For each continuation, the node whose logits predict each of its tokens; the first is predicted by the context, -1.
    /// </summary>
    public IReadOnlyList<int[]> Paths { get; }

    private int[] Add(int[] choice)
    {
        var path = new int[choice.Length];
        path[0] = -1;
        for (var index = 1; index < choice.Length; index++)
        {
            var key = (path[index - 1], choice[index - 1]);
            if (!nodes.TryGetValue(key, out var node))
            {
                nodes[key] = node = tokens.Count;
                tokens.Add(key.Item2);
                parents.Add(key.Item1);
            }

            path[index] = node;
        }

        return path;
    }
}
