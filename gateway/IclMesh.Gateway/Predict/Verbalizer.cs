using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Maps labels to the words of the prompt, and stored label values to labels.</summary>
internal sealed class Verbalizer
{
    private readonly Dictionary<string, int> classes = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Label> labels;

    public Verbalizer(IReadOnlyList<Label> labels)
    {
        this.labels = labels;
        for (var i = 0; i < labels.Count; i++)
        {
            foreach (var value in labels[i].StoredValuesOrName())
            {
                classes.Add(value, i);
            }
        }
    }

    /// <summary>C, number of labels.</summary>
    public int Count => labels.Count;

    /// <summary>Name of a label.</summary>
    public string Name(int label) => labels[label].Name;

    /// <summary>Word of a label in the prompt.</summary>
    public string Word(int label) => labels[label].SpokenWord();

    /// <summary>The label that a stored value means.</summary>
    /// <exception cref="MeshException">No label covers the value.</exception>
    public int Class(string storedValue, string collection) =>
        classes.TryGetValue(storedValue, out var label)
            ? label
            : throw MeshException.Invalid("labels", $"collection '{collection}' holds the label '{storedValue}', which no label covers");
}
