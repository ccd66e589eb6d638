namespace IclMesh.Inference.Text.Jinja;

/// <summary>A dictionary that keeps its order; keys are equal as Python's are, so 1 and 1.0 are the same.</summary>
internal sealed class Mapping : OrderedDictionary<object, object?>
{
    public Mapping()
        : base(PythonEquality.Instance)
    {
    }
}
