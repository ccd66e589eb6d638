using System.Numerics;
using System.Runtime.InteropServices;

namespace IclMesh.Kernel.Core.Kernels;

/// <summary>Evaluates a kernel for a tile of queries and demonstrations through one blocked product. <see cref="PlainKernel"/> is the reference.</summary>
/// <remarks>
/// Distances come from norms and inner products. Both sides are first moved by the demonstrations' mean where the kernel allows it: without that, 32-bit
/// distances of vectors far from the origin would be lost in the rounding of their norms.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class KernelBlock<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double LeastProbability = 1e-300;
    private readonly KernelSpec spec;
    private readonly Samples<T> features;
    private readonly T[] queries;
    private readonly T[] queryNorms;
    private readonly T[] centre;

    public KernelBlock(KernelSpec spec, Samples<T> queries, Samples<T> features)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(queries.Columns, features.Columns);
        if (spec.Kind == KernelKind.KullbackLeibler && typeof(T) != typeof(double))
        {
            throw new ArgumentException("divergences are computed in 64 bit", nameof(spec));
        }

        this.spec = spec;
        this.features = features;
        this.queries = queries.Values.ToArray();
        queryNorms = new T[queries.Rows];
        centre = new T[features.Columns];
        if (spec.IsTranslationInvariant && spec.Kind != KernelKind.Laplacian && features.Rows > 0)
        {
            FindCentre();
        }

        for (var q = 0; q < queries.Rows; q++)
        {
            queryNorms[q] = Transform(this.queries.AsSpan(q * Columns, Columns), isQuery: true);
        }
    }

    /// <summary>Most demonstrations that one tile holds.</summary>
    public static int BlockRows => 8 * BlockedProduct.TileColumns<T>();

    public int Columns => features.Columns;

    /// <summary>Values are logarithms unless the kernel is signed.</summary>
    public bool IsLogarithmic => !spec.IsSigned;

    public Workspace Load(int start, int count, Workspace? reuse = null)
    {
        var workspace = reuse ?? new Workspace(BlockRows, Columns);
        workspace.Start = start;
        workspace.Count = count;
        features.Rowset(start, count).CopyTo(workspace.Rows);
        for (var n = 0; n < count; n++)
        {
            workspace.Norms[n] = Transform(workspace.Rows.AsSpan(n * Columns, Columns), isQuery: false);
        }

        if (spec.Kind != KernelKind.Laplacian)
        {
            BlockedProduct.Pack<T>(workspace.Rows.AsSpan(0, count * Columns), count, Columns, workspace.Packed);
        }

        return workspace;
    }

    /// <summary>Fills tile[q, n] for queries start … start + count - 1 and the workspace's demonstrations.</summary>
    public void Evaluate(Workspace workspace, int start, int count, Span<T> tile, int stride)
    {
        var left = queries.AsSpan(start * Columns, count * Columns);
        if (spec.Kind == KernelKind.Laplacian)
        {
            Manhattan(workspace, left, count, tile, stride);
            return;
        }

        BlockedProduct.Multiply<T>(left, count, Columns, workspace.Packed, workspace.Count, tile, stride);
        for (var q = 0; q < count; q++)
        {
            Finish(tile.Slice(q * stride, workspace.Count), queryNorms[start + q], workspace.Norms.AsSpan(0, workspace.Count));
        }
    }

    /// <summary>Fills tile[q, n] with squared Euclidean distances instead of kernel values.</summary>
    public void EvaluateSquaredDistances(Workspace workspace, int start, int count, Span<T> tile, int stride)
    {
        BlockedProduct.Multiply<T>(
            queries.AsSpan(start * Columns, count * Columns), count, Columns, workspace.Packed, workspace.Count, tile, stride);
        for (var q = 0; q < count; q++)
        {
            Squares(tile.Slice(q * stride, workspace.Count), queryNorms[start + q], workspace.Norms.AsSpan(0, workspace.Count));
        }
    }

    private static void Squares(Span<T> row, T queryNorm, ReadOnlySpan<T> norms)
    {
        TensorPrimitives.MultiplyAdd(row, T.CreateChecked(-2), norms, row);
        TensorPrimitives.Add(row, queryNorm, row);
        TensorPrimitives.Max(row, T.Zero, row);
    }

    private void FindCentre()
    {
        var sums = new double[Columns];
        var wide = new double[Columns];
        for (var n = 0; n < features.Rows; n++)
        {
            TensorPrimitives.ConvertTruncating<T, double>(features[n], wide);
            TensorPrimitives.Add(sums, wide, sums);
        }

        TensorPrimitives.Divide(sums, features.Rows, sums);
        TensorPrimitives.ConvertTruncating<double, T>(sums, centre);
    }

    /// <summary>Prepares one vector in place and returns what the kernel needs beside the inner product.</summary>
    private T Transform(Span<T> vector, bool isQuery)
    {
        switch (spec.Kind)
        {
            case KernelKind.Rbf or KernelKind.Epanechnikov or KernelKind.Matern32 or KernelKind.Matern52:
                TensorPrimitives.Subtract(vector, centre, vector);
                return TensorPrimitives.SumOfSquares<T>(vector);
            case KernelKind.Cosine or KernelKind.ExponentialCosine:
                var norm = TensorPrimitives.Norm<T>(vector);
                if (norm > T.Zero)
                {
                    TensorPrimitives.Divide(vector, norm, vector);
                }

                return T.Zero;
            case KernelKind.KullbackLeibler:
                if (isQuery)
                {
                    TensorPrimitives.Max(vector, T.CreateChecked(LeastProbability), vector);
                    TensorPrimitives.Log<T>(vector, vector);
                    return T.Zero;
                }

                var entropy = T.Zero;
                foreach (var p in vector)
                {
                    entropy += p > T.Zero ? p * T.Log(p) : T.Zero;
                }

                return entropy;
            default:
                return T.Zero;
        }
    }

    private void Finish(Span<T> row, T queryNorm, ReadOnlySpan<T> norms)
    {
        var gamma = T.CreateChecked(spec.Gamma);
        switch (spec.Kind)
        {
            case KernelKind.Rbf:
                Squares(row, queryNorm, norms);
                TensorPrimitives.Multiply(row, -gamma, row);
                break;
            case KernelKind.Epanechnikov:
                Squares(row, queryNorm, norms);
                TensorPrimitives.Multiply(row, -gamma * gamma, row);
                TensorPrimitives.Add(row, T.One, row);
                TensorPrimitives.Max(row, T.Zero, row);
                TensorPrimitives.Log<T>(row, row);
                break;
            case KernelKind.Matern32 or KernelKind.Matern52:
                Squares(row, queryNorm, norms);
                Matern(row, gamma, spec.Kind == KernelKind.Matern52);
                break;
            case KernelKind.ExponentialDotProduct or KernelKind.ExponentialCosine:
                TensorPrimitives.Multiply(row, gamma, row);
                break;
            case KernelKind.KullbackLeibler:
                TensorPrimitives.Subtract(row, norms, row);
                TensorPrimitives.Multiply(row, gamma, row);
                break;
            case KernelKind.Polynomial:
                TensorPrimitives.Multiply(row, gamma, row);
                TensorPrimitives.Add(row, T.CreateChecked(spec.Offset), row);
                TensorPrimitives.Pow(row, T.CreateChecked(spec.Degree), row);
                break;
            case KernelKind.Sigmoid:
                TensorPrimitives.Multiply(row, gamma, row);
                TensorPrimitives.Add(row, T.CreateChecked(spec.Offset), row);
                TensorPrimitives.Tanh<T>(row, row);
                break;
            default:
                break;
        }
    }

    private static void Matern(Span<T> row, T gamma, bool smooth)
    {
        var scale = T.Sqrt(T.CreateChecked(smooth ? 5 : 3)) * gamma;
        var three = T.CreateChecked(3);
        for (var n = 0; n < row.Length; n++)
        {
            var u = T.Sqrt(row[n]) * scale;
            row[n] = T.Log(T.One + u + (smooth ? u * u / three : T.Zero)) - u;
        }
    }

    private void Manhattan(Workspace workspace, ReadOnlySpan<T> left, int count, Span<T> tile, int stride)
    {
        var gamma = T.CreateChecked(spec.Gamma);
        for (var n = 0; n < workspace.Count; n++)
        {
            ref var x = ref workspace.Rows[n * Columns];
            for (var q = 0; q < count; q++)
            {
                ref var y = ref MemoryMarshal.GetReference(left.Slice(q * Columns, Columns));
                var sums = Vector<T>.Zero;
                var k = 0;
                for (; k <= Columns - Vector<T>.Count; k += Vector<T>.Count)
                {
                    sums += Vector.Abs(Vector.LoadUnsafe(ref x, (nuint)k) - Vector.LoadUnsafe(ref y, (nuint)k));
                }

                var sum = Vector.Sum(sums);
                for (; k < Columns; k++)
                {
                    sum += T.Abs(workspace.Rows[(n * Columns) + k] - left[(q * Columns) + k]);
                }

                tile[(q * stride) + n] = -gamma * sum;
            }
        }
    }

    /// <summary>One block of demonstrations, prepared.</summary>
    internal sealed class Workspace(int rows, int columns)
    {
        public int Start { get; set; }

        public int Count { get; set; }

        public T[] Rows { get; } = new T[Math.Max(1, rows * columns)];

        public T[] Norms { get; } = new T[rows];

        public T[] Packed { get; } = new T[BlockedProduct.PackedLength<T>(rows, columns)];
    }
}
