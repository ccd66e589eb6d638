using System.Numerics;
using System.Numerics.Tensors;
using IclMesh.Inference.Engine.Graphs;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;

namespace IclMesh.Inference.Engine.Families;

/// <summary>A fixed orthogonal matrix Q that the residual stream of a reduced precision is turned by: the function stays the same, rounding hurts less.</summary>
/// <remarks>
/// In a few channels the stream is tens of times as large as elsewhere, and what shares a scale with one of them is rounded away. Q mixes all channels,
/// so none stands out. A root-mean-square norm without weights commutes with Q, and its weights belong to the layers that read it, so only
/// matrices change: W diag(g) Qᵀ where the stream is read, Q W where it is written.
/// Q = (C ⊗ H) S: random signs, a Hadamard matrix over the largest power of two that divides the width, a cosine transform over the rest.
/// Source: S. Ashkboos et al., "QuaRot: Outlier-Free 4-Bit Inference in Rotated LLMs", 2024, section 4 (there with Hadamard matrices alone).
/// </remarks>
internal sealed class ResidualRotation
{
    /// <summary>Name of Q among a graph's weights.</summary>
    public const string MatrixName = "residual.rotation";

    private readonly int width;
    private readonly int block;
    private readonly float[] signs;

    // [k, j], orthonormal.
    private readonly float[] cosines;

    /// <param name="width">Width of the residual stream.</param>
    public ResidualRotation(int width)
    {
        this.width = width;
        block = 1 << BitOperations.TrailingZeroCount(width);
        var rest = width / block;

        // Knuth's multiplicative hash: the same signs on every machine.
        signs = [.. Enumerable.Range(0, width).Select(i => ((uint)i * 2654435761u >> 16 & 1) == 0 ? 1f : -1f)];
        cosines = new float[rest * rest];
        for (var k = 0; k < rest; k++)
        {
            for (var j = 0; j < rest; j++)
            {
                cosines[(k * rest) + j] = (float)(Math.Cos(Math.PI * (j + 0.5) * k / rest) * Math.Sqrt((k == 0 ? 1.0 : 2.0) / rest));
            }
        }
    }

    /// <summary>x Qᵀ: turns rows of the stream, [..., width].</summary>
    public string Turn(GraphWriter graph, string x) => graph.Fused("FusedMatMul", [x, Matrix(graph)], Attribute("transB", 1));

    /// <summary>x Q: turns rows back.</summary>
    public string TurnBack(GraphWriter graph, string x) => graph.Node("MatMul", [x, Matrix(graph)]);

    /// <summary>Weights of a layer that reads the stream: W becomes W diag(g) Qᵀ.</summary>
    /// <param name="weights">W, [outputs, width] row-major.</param>
    /// <param name="gains">g, the weights of the norm before the layer, [width].</param>
    public void TurnInputs(Span<float> weights, ReadOnlySpan<float> gains)
    {
        var outputs = weights.Length / width;
        var columns = new float[weights.Length];
        for (var channel = 0; channel < width; channel++)
        {
            for (var output = 0; output < outputs; output++)
            {
                columns[(channel * outputs) + output] = weights[(output * width) + channel] * gains[channel];
            }
        }

        TurnColumns(columns, outputs);
        for (var output = 0; output < outputs; output++)
        {
            for (var channel = 0; channel < width; channel++)
            {
                weights[(output * width) + channel] = columns[(channel * outputs) + output];
            }
        }
    }

    /// <summary>Weights of a layer that writes to the stream: W becomes Q W.</summary>
    /// <param name="weights">W, [width, inputs] row-major.</param>
    public void TurnOutputs(Span<float> weights) => TurnColumns(weights, weights.Length / width);

    /// <summary>M becomes Q M, for M of [width, <paramref name="columns"/>].</summary>
    private void TurnColumns(Span<float> matrix, int columns)
    {
        for (var row = 0; row < width; row++)
        {
            var values = matrix.Slice(row * columns, columns);
            TensorPrimitives.Multiply(values, signs[row], values);
        }

        Hadamard(matrix, columns);
        Cosine(matrix, columns);
    }

    private void Hadamard(Span<float> matrix, int columns)
    {
        var sum = new float[columns];
        var root = MathF.Sqrt(0.5f);
        for (var half = 1; half < block; half *= 2)
        {
            for (var row = 0; row < width; row++)
            {
                if ((row & half) != 0)
                {
                    continue;
                }

                var upper = matrix.Slice(row * columns, columns);
                var lower = matrix.Slice((row + half) * columns, columns);
                TensorPrimitives.Add(upper, lower, sum);
                TensorPrimitives.Subtract(upper, lower, lower);
                TensorPrimitives.Multiply(lower, root, lower);
                TensorPrimitives.Multiply(sum, root, upper);
            }
        }
    }

    private void Cosine(Span<float> matrix, int columns)
    {
        var rest = width / block;
        if (rest == 1)
        {
            return;
        }

        var mixed = new float[rest * columns];
        for (var offset = 0; offset < block; offset++)
        {
            Array.Clear(mixed);
            for (var k = 0; k < rest; k++)
            {
                var target = mixed.AsSpan(k * columns, columns);
                for (var j = 0; j < rest; j++)
                {
                    TensorPrimitives.MultiplyAdd(matrix.Slice(((j * block) + offset) * columns, columns), cosines[(k * rest) + j], target, target);
                }
            }

            for (var k = 0; k < rest; k++)
            {
                mixed.AsSpan(k * columns, columns).CopyTo(matrix.Slice(((k * block) + offset) * columns, columns));
            }
        }
    }

    private string Matrix(GraphWriter graph) =>
        graph.Weight(WeightSpec.Float(MatrixName, [width, width], (_, matrix) =>
        {
            matrix.Clear();
            for (var i = 0; i < width; i++)
            {
                matrix[(i * width) + i] = 1;
            }

            TurnColumns(matrix, width);
        }));
}
