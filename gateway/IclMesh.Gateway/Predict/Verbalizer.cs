using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Maps labels to the words of the prompt, and stored label values to labels.</summary>
internal sealed class Verbalizer
{
    private readonly Dictionary<string, int> classes = new(StringComparer.Ordinal);
    private readonly List<Label> labels;
    private readonly bool open;

    public Verbalizer(IEnumerable<Label> labels)
    {
        this.labels = [.. labels];
        foreach (var (index, label) in this.labels.Index())
        {
            foreach (var value in label.StoredValuesOrName())
            {
                classes.Add(value, index);
            }
        }
    }

    private Verbalizer()
        : this([]) => open = true;

    /// <summary>A verbaliser whose labels are the stored ones, as they are met.</summary>
    public static Verbalizer AsStored() => new();

    /// <summary>C, number of labels.</summary>
    public int Count => labels.Count;

    /// <summary>Name of a label.</summary>
    public string Name(int label) => labels[label].Name;

    /// <summary>Word of a label in the prompt.</summary>
    public string Word(int label) => labels[label].SpokenWord();

    /// <summary>The label of a name.</summary>
    public int IndexOf(string name) => labels.FindIndex(label => label.Name == name);

    /// <summary>The label that a stored value means.</summary>
    /// <exception cref="MeshException">No label covers the value.</exception>
    public int Class(string storedValue, string collection)
    {
        if (classes.TryGetValue(storedValue, out var label))
        {
            return label;
        }

        if (!open)
        {
            throw MeshException.Invalid("labels", $"collection '{collection}' holds the label '{storedValue}', which no label covers");
        }

        labels.Add(new() { Name = storedValue });
        return classes[storedValue] = labels.Count - 1;
    }
}
