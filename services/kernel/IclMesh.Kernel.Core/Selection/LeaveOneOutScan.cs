using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IclMesh.Kernel.Core.Selection;

/// <summary>Leave-one-out squared error of RBF-weighted means for many bandwidths in one pass over the pairs.</summary>
/// <remarks>
/// Distances are computed once for all candidates. Exponents are measured from each row's nearest other point, so the greatest weight is 1 and nothing
/// underflows; finding that point costs one more pass of distances, which is cheap beside the exponentials. No N x N matrix is held.
/// <see cref="SmoothingProblem.Evaluate"/> is the reference.
/// </remarks>
public static class LeaveOneOutScan
{
    private const int QueryRows = 64;

    /// <summary>Mean squared leave-one-out residual, summed over classes, per candidate.</summary>
    /// <typeparam name="T">float or double; sums over a block are in this precision, blocks are added in 64 bit.</typeparam>
    /// <param name="kind">Must be <see cref="KernelKind.Rbf"/>.</param>
    /// <param name="features">[N, D], N of 2 or more.</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="bandwidths">Candidates.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static double[] Evaluate<T>(
        KernelKind kind, Samples<T> features, DenseMatrix labels, double[] bandwidths, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(bandwidths);
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)kind, (int)KernelKind.Rbf);
        var transposed = labels.Transpose();
        var narrow = new T[transposed.Values.Length];
        TensorPrimitives.ConvertTruncating<double, T>(transposed.Values, narrow);
        var scales = Array.ConvertAll(bandwidths, h => T.CreateTruncating(-KernelSpec.FromBandwidth(kind, h).Gamma));
        var block = new KernelBlock<T>(KernelSpec.FromBandwidth(kind, 1), features, features);
        var chunks = (features.Rows + QueryRows - 1) / QueryRows;
        var errors = new double[chunks][];

        // Demonstrations are prepared once for all chunks of queries: a copy of the features, not of the pairs.
        var size = KernelBlock<T>.BlockRows;
        var workspaces = new KernelBlock<T>.Workspace[(features.Rows + size - 1) / size];
        Blocks.ForEach(workspaces.Length, b => workspaces[b] = block.Load(b * size, Math.Min(size, features.Rows - (b * size))), cancellationToken);

        Blocks.ForEach(chunks, chunk =>
        {
            var start = chunk * QueryRows;
            var count = Math.Min(QueryRows, features.Rows - start);
            errors[chunk] = Chunk(block, workspaces, start, count, narrow, labels, scales, cancellationToken);
        }, cancellationToken);

        var totals = new double[bandwidths.Length];
        foreach (var part in errors)
        {
            TensorPrimitives.Add(totals, part, totals);
        }

        TensorPrimitives.Divide(totals, features.Rows, totals);
        return totals;
    }

    private static double[] Chunk<T>(
        KernelBlock<T> block,
        KernelBlock<T>.Workspace[] workspaces,
        int start,
        int count,
        T[] targets,
        DenseMatrix labels,
        T[] scales,
        CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = KernelBlock<T>.BlockRows;
        var tile = new T[QueryRows * size];
        var nearest = new T[count];
        Array.Fill(nearest, T.PositiveInfinity);
        foreach (var workspace in workspaces)
        {
            Distances(block, workspace, start, count, tile);
            for (var q = 0; q < count; q++)
            {
                nearest[q] = T.Min(nearest[q], TensorPrimitives.Min<T>(tile.AsSpan(q * size, workspace.Count)));
            }
        }

        var classes = labels.Columns;
        var totals = new double[count * scales.Length];
        var sums = new double[count * scales.Length * classes];
        var weights = new T[size];
        foreach (var workspace in workspaces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Distances(block, workspace, start, count, tile);
            for (var q = 0; q < count; q++)
            {
                ReadOnlySpan<T> row = tile.AsSpan(q * size, workspace.Count);
                for (var s = 0; s < scales.Length; s++)
                {
                    var at = (q * scales.Length) + s;
                    if (classes == 1)
                    {
                        var (weight, label) = WeighOne(row, targets.AsSpan(workspace.Start, workspace.Count), nearest[q], scales[s]);
                        totals[at] += double.CreateTruncating(weight);
                        sums[at] += double.CreateTruncating(label);
                        continue;
                    }

                    var kept = weights.AsSpan(0, workspace.Count);
                    totals[at] += double.CreateTruncating(Weigh(row, kept, nearest[q], scales[s]));
                    for (var c = 0; c < classes; c++)
                    {
                        sums[(at * classes) + c] += double.CreateTruncating(
                            TensorPrimitives.Dot(kept, targets.AsSpan((c * labels.Rows) + workspace.Start, workspace.Count)));
                    }
                }
            }
        }

        var errors = new double[scales.Length];
        for (var q = 0; q < count; q++)
        {
            for (var s = 0; s < scales.Length; s++)
            {
                var at = (q * scales.Length) + s;
                for (var c = 0; c < classes; c++)
                {
                    var residual = labels[start + q, c] - (sums[(at * classes) + c] / totals[at]);
                    errors[s] += residual * residual;
                }
            }
        }

        return errors;
    }

    /// <summary>Squared distances of a chunk to a block; a point is infinitely far from itself.</summary>
    private static void Distances<T>(KernelBlock<T> block, KernelBlock<T>.Workspace workspace, int start, int count, T[] tile)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var size = KernelBlock<T>.BlockRows;
        block.EvaluateSquaredDistances(workspace, start, count, tile, size);
        for (var q = 0; q < count; q++)
        {
            var self = start + q - workspace.Start;
            if (self >= 0 && self < workspace.Count)
            {
                tile[(q * size) + self] = T.PositiveInfinity;
            }
        }
    }

    /// <summary>Σ w and Σ w y without storing w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (T Weight, T Label) WeighOne<T>(ReadOnlySpan<T> squares, ReadOnlySpan<T> targets, T nearest, T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = Vector<T>.Count;
        ref var d = ref MemoryMarshal.GetReference(squares);
        ref var y = ref MemoryMarshal.GetReference(targets);
        var (offset, factor) = (Vector.Create(nearest), Vector.Create(scale));
        Vector<T> weights = default, labels = default;
        var i = 0;
        for (; i <= squares.Length - lanes; i += lanes)
        {
            var w = Exponential.OfNonPositive((Vector.LoadUnsafe(ref d, (nuint)i) - offset) * factor);
            weights += w;
            labels += w * Vector.LoadUnsafe(ref y, (nuint)i);
        }

        var (weight, label) = (Vector.Sum(weights), Vector.Sum(labels));
        for (; i < squares.Length; i++)
        {
            var w = T.Exp((squares[i] - nearest) * scale);
            weight += w;
            label += w * targets[i];
        }

        return (weight, label);
    }

    private static T Weigh<T>(ReadOnlySpan<T> squares, Span<T> weights, T nearest, T scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = Vector<T>.Count;
        ref var d = ref MemoryMarshal.GetReference(squares);
        ref var target = ref MemoryMarshal.GetReference(weights);
        var (offset, factor) = (Vector.Create(nearest), Vector.Create(scale));
        Vector<T> sums = default;
        var i = 0;
        for (; i <= squares.Length - lanes; i += lanes)
        {
            var w = Exponential.OfNonPositive((Vector.LoadUnsafe(ref d, (nuint)i) - offset) * factor);
            w.StoreUnsafe(ref target, (nuint)i);
            sums += w;
        }

        var sum = Vector.Sum(sums);
        for (; i < squares.Length; i++)
        {
            weights[i] = T.Exp((squares[i] - nearest) * scale);
            sum += weights[i];
        }

        return sum;
    }
}
