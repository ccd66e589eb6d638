using IclMesh.Inference.Core.Families;

namespace IclMesh.Bench.Engine;

/// <summary>Modes that are measured, the engine's own and those that were tried on the way to them.</summary>
internal static class Experiments
{
    private static readonly ILinearWriter[] All =
    [
        new RowScaledEightBit("row8", 127),
        new RowScaledEightBit("row7", 63),
        new RowScaledEightBit("row8-down", 127, "down_proj"),
        new RowScaledEightBit("row7-down", 63, "down_proj"),
        new RowScaledEightBit("row8-down-o", 127, "down_proj", "o_proj"),
        new RowScaledEightBit("row8-mlp", 127, "self_attn"),
    ];

    public static ILinearWriter Find(string name) => All.FirstOrDefault(writer => writer.Name == name) ?? LinearWriters.Find(name);
}
