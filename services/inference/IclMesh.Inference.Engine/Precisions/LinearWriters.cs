namespace IclMesh.Inference.Engine.Precisions;

/// <summary>Finds the writer of a precision by name.</summary>
internal static class LinearWriters
{
    private static readonly ILinearWriter[] All = [new FullPrecision(), new EightBit(), RowScaledEightBit.Default, new FourBit()];

    /// <summary>Names of all precisions.</summary>
    public static IEnumerable<string> Available => All.Select(writer => writer.Name);

    /// <summary>The writer of a precision.</summary>
    /// <exception cref="MeshException">There is no such precision.</exception>
    public static ILinearWriter Find(string precision) =>
        All.FirstOrDefault(writer => writer.Name == precision)
        ?? throw MeshException.Invalid("precision", $"must be one of {string.Join(", ", Available)}, is '{precision}'");
}
