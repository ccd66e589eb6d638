using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Sources;
using static IclMesh.Inference.Core.Onnx.GraphWriter;
using Type = IclMesh.Inference.Core.Onnx.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Core.Families;

/// <summary>Linear layers in integer arithmetic: weights with a scale per output, activations with a scale per token.</summary>
/// <remarks>
/// A token's activations are quantised by its own largest one, so that the result does not depend on what else is in the run. The head,
/// embedding, norms and attention stay fp32.
/// </remarks>
/// <param name="name">Name of the precision.</param>
/// <param name="largest">Largest weight integer.</param>
/// <param name="exact">Layers, by the ends of their names, that stay fp32.</param>
internal sealed class RowScaledEightBit(string name, int largest, params string[] exact) : ILinearWriter
{
    private const byte ActivationZero = 128;
    private const float ActivationScale = 1f / 127;
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec)
    {
        if (exact.Any(end => spec.Name.Contains(end, StringComparison.Ordinal)))
        {
            return full.Write(graph, x, spec);
        }

        var weights = graph.Weight(new(
            $"{spec.Name}.r8.{largest}", [spec.Inputs, spec.Outputs], Type.Int8, (source, bytes) => Quantize(source, spec, bytes, default)));
        var scales = graph.Weight(new(
            $"{spec.Name}.r8_scales.{largest}",
            [spec.Outputs],
            Type.Float,
            (source, bytes) => Quantize(source, spec, default, MemoryMarshal.Cast<byte, float>(bytes))));
        var step = Scalar(graph, "r8.step", Type.Float, BitConverter.GetBytes(ActivationScale));
        var zero = Scalar(graph, "r8.zero", Type.Uint8, [ActivationZero]);
        var floor = Scalar(graph, "r8.floor", Type.Float, BitConverter.GetBytes(1e-30f));

        var range = graph.Node("ReduceMax", [graph.Node("Abs", [x]), graph.Constant(-1)], Attribute("keepdims", 1));
        range = graph.Node("Max", [range, floor]);
        var integers = graph.Node("QuantizeLinear", [graph.Node("Div", [x, range]), step, zero]);
        var product = graph.Fused("MatMulIntegerToFloat", [integers, weights, step, scales, zero]);
        return graph.Node("Mul", [product, range]);
    }

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => full.WriteHead(graph, x, spec);

    private static string Scalar(GraphWriter graph, string name, Type type, byte[] value) =>
        graph.Weights.Any(known => known.Name == name) ? name : graph.Weight(new(name, [], type, (_, bytes) => value.CopyTo(bytes)));

    /// <summary>Rounds to the nearest step; integers ([inputs, outputs]), scales, or both are written.</summary>
    private void Quantize(ITensorSource source, LinearSpec spec, Span<byte> integers, Span<float> scales)
    {
        var rows = new float[spec.Outputs * spec.Inputs];
        spec.Weight(source, rows);
        for (var output = 0; output < spec.Outputs; output++)
        {
            var row = rows.AsSpan(output * spec.Inputs, spec.Inputs);
            var scale = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(row)), float.Epsilon) / largest;
            if (!scales.IsEmpty)
            {
                scales[output] = scale;
            }

            for (var input = 0; input < row.Length && !integers.IsEmpty; input++)
            {
                integers[(input * spec.Outputs) + output] = unchecked((byte)(sbyte)MathF.Round(row[input] / scale));
            }
        }
    }
}
