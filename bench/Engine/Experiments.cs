using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Bench.Engine;

/// <summary>
/// Modes by name: the engine's own, <c>rowLEVELS-QKV-OUT-UP-DOWN</c> with the group size of each kind of layer (0 fp32, 1 whole), and either of them
/// followed by what stays fp32, for example <c>int8+down_proj+head</c>.
/// </summary>
internal static class Experiments
{
    public static ILinearWriter Find(string name)
    {
        if (name.Split('+') is [var reduced, _, ..] mixture)
        {
            return new MixedPrecision(name, Find(reduced), mixture[1..]);
        }

        if (!name.StartsWith("row", StringComparison.Ordinal))
        {
            return LinearWriters.Find(name);
        }

        int[] parts = [.. name[3..].Split('-').Select(int.Parse)];
        return new RowScaledEightBit(name, parts[0], spec =>
        {
            var size = spec.Name.Contains("down_proj", StringComparison.Ordinal) ? parts[4]
                : spec.Name.Contains("gate_proj", StringComparison.Ordinal) ? parts[3]
                : spec.Name.Contains("o_proj", StringComparison.Ordinal) ? parts[2]
                : parts[1];
            return size == 1 ? spec.Inputs : size;
        });
    }
}
