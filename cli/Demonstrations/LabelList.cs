using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Demonstrations;

/// <summary>The labels of a task, in the order that indices in a file count.</summary>
internal sealed class LabelList
{
    private readonly Dictionary<string, int> indices;

    /// <summary>Reads <c>A,B,C</c>.</summary>
    /// <exception cref="MeshException">Fewer than two labels, an empty one or a repeated one.</exception>
    public LabelList(string text)
        : this([.. text.Split(',').Select(word => word.Trim())])
    {
    }

    /// <summary>Takes the labels one by one.</summary>
    /// <exception cref="MeshException">Fewer than two labels, an empty one or a repeated one.</exception>
    public LabelList(IReadOnlyList<string> words)
    {
        Words = words;
        var rules = new RequestRules();
        rules.Require(Words.Count >= 2, "labels", $"must name at least two labels, names {Words.Count}");
        rules.Require(Words.All(word => word.Length > 0), "labels", "must not hold an empty label");
        foreach (var repeated in Words.GroupBy(word => word).Where(group => group.Count() > 1))
        {
            rules.Require(false, "labels", $"repeats '{repeated.Key}'");
        }

        rules.ThrowIfBroken();
        indices = Words.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
    }

    /// <summary>Label words, without leading blank.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Index of a label word, or -1.</summary>
    public int IndexOf(string word) => indices.GetValueOrDefault(word, -1);

    /// <summary>The labels as a prediction asks for them. A collection may hold words or indices of them.</summary>
    public IEnumerable<Label> ToLabels() => Words.Select((word, index) => new Label { Name = word, StoredValues = { word, StoredIndex(index) } });

    /// <summary>How a label that a file gives as an index is stored; the sign keeps it apart from a label word that is a number.</summary>
    public static string StoredIndex(int index) => $"#{index}";
}
