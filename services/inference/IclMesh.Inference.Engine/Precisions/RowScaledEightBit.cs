using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Tensors;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>Linear layers in integer arithmetic: 8-bit weights with a scale per output, 8-bit activations with a scale per token.</summary>
/// <remarks>
/// Inputs are cut into groups, each quantised by its own largest element and multiplied by itself: an outlier spoils its group only, and
/// the result depends on nothing else in the run, so a prompt gets the same numbers alone and packed. The head, embedding, norms and
/// attention stay fp32, in the mode that is offered also the layers that make queries, keys and values and the last ones of feed-forward blocks,
/// whose inputs have the largest outliers.
/// </remarks>
/// <param name="name">Name of the precision.</param>
/// <param name="largest">Largest weight integer.</param>
/// <param name="group">Inputs of a group for a layer; 0 keeps the layer in fp32.</param>
internal sealed class RowScaledEightBit(string name, int largest, Func<LinearSpec, int> group) : ILinearWriter
{
    private const byte ActivationZero = 128;
    private const float ActivationScale = 1f / 127;
    private const int DefaultGroup = 192;
    private readonly FullPrecision full = new();

    /// <summary>
    /// The mode that is offered. Integers end at 63, because without VNNI the CPU adds two products in 16 bits, which two of 127 would overflow.
    /// </summary>
    public static RowScaledEightBit Default { get; } = new("int8row", 63, spec => spec.Role == LinearRole.Other ? DefaultGroup : 0);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool WantsRotation => true;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec)
    {
        var size = group(spec);
        if (size == 0)
        {
            return full.Write(graph, x, spec);
        }

        size = spec.Inputs % size == 0 ? size : spec.Inputs;
        var count = spec.Inputs / size;
        string[] parts = count == 1
            ? [x]
            : graph.Add(
                "Split",
                "",
                [x],
                [.. Enumerable.Range(0, count).Select(index => graph.Fresh($"group{index}"))],
                Attribute("axis", -1),
                Attribute("num_outputs", count));
        return parts.Select((part, index) => Product(graph, part, spec, index * size, size)).Aggregate((sum, term) => graph.Node("Add", [sum, term]));
    }

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => full.WriteHead(graph, x, spec);

    private static string Scalar(GraphWriter graph, string name, Type type, byte[] value) =>
        graph.Weight(new(name, [], type, (_, bytes) => value.CopyTo(bytes)));

    /// <summary>One group: quantise the activations of each token, multiply integers, scale back.</summary>
    private string Product(GraphWriter graph, string x, LinearSpec spec, int first, int size)
    {
        var stem = $"{spec.Name}.r8.{largest}.{first}.{size}";
        var weights = graph.Weight(new(
            stem, [size, spec.Outputs], Type.Int8, (source, bytes) => Quantize(source, spec, first, size, bytes, default)));
        var scales = graph.Weight(new(
            $"{stem}.scales",
            [spec.Outputs],
            Type.Float,
            (source, bytes) => Quantize(source, spec, first, size, default, MemoryMarshal.Cast<byte, float>(bytes))));
        var step = Scalar(graph, "r8.step", Type.Float, BitConverter.GetBytes(ActivationScale));
        var zero = Scalar(graph, "r8.zero", Type.Uint8, [ActivationZero]);
        var floor = Scalar(graph, "r8.floor", Type.Float, BitConverter.GetBytes(1e-30f));

        var range = graph.Node("ReduceMax", [graph.Node("Abs", [x]), graph.Constant(-1)], Attribute("keepdims", 1));
        range = graph.Node("Max", [range, floor]);
        var integers = graph.Node("QuantizeLinear", [graph.Node("Div", [x, range]), step, zero]);
        var product = graph.Fused("MatMulIntegerToFloat", [integers, weights, step, scales, zero]);
        return graph.Node("Mul", [product, range]);
    }

    /// <summary>Rounds some columns to the nearest step; integers ([inputs, outputs]), scales, or both are written.</summary>
    private void Quantize(ITensorSource source, LinearSpec spec, int first, int size, Span<byte> integers, Span<float> scales)
    {
        var rows = new float[spec.Outputs * spec.Inputs];
        spec.Weight(source, rows);
        for (var output = 0; output < spec.Outputs; output++)
        {
            var row = rows.AsSpan((output * spec.Inputs) + first, size);
            var scale = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(row)), float.Epsilon) / largest;
            if (!scales.IsEmpty)
            {
                scales[output] = scale;
            }

            for (var input = 0; input < size && !integers.IsEmpty; input++)
            {
                integers[(input * spec.Outputs) + output] = unchecked((byte)(sbyte)MathF.Round(row[input] / scale));
            }
        }
    }
}
