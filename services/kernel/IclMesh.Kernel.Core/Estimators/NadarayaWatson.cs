using System.Numerics;

namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Weighted means: ŷ(q) = Σ K(q, x_n) y_n / Σ K(q, x_n), equation 1 of arXiv 2305.12766.</summary>
/// <remarks>
/// Blocks of demonstrations stream past all queries; per query only a running maximum, a sum and C label sums are kept, so memory is linear in N and in Q.
/// Demonstrations are split into parts by shape alone and parts are merged in order: the answer does not depend on the number of cores.
/// Kernel values are exponentiated after their maximum was subtracted, so weights cannot all underflow. <see cref="PlainSmoother"/> is the reference.
/// </remarks>
public static class NadarayaWatson
{
    private const int QueryRows = 64;
    private const int QueryChunk = 1024;
    private const int WantedTasks = 16;

    /// <summary>Predicts labels for queries.</summary>
    /// <typeparam name="T">float or double; label sums of a block are in this precision, blocks are added in 64 bit.</typeparam>
    /// <param name="spec">The kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D], N at least 1.</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="negative">What negative kernel values mean.</param>
    /// <param name="leaveOneOut">Query n is demonstration n and must not see itself; needs N of 2 or more.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static SmootherResult Predict<T>(
        KernelSpec spec,
        Samples<T> queries,
        Samples<T> features,
        DenseMatrix labels,
        NegativeKernel negative = NegativeKernel.Clip,
        bool leaveOneOut = false,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Rows, features.Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Rows, leaveOneOut ? 2 : 1);
        var needsDouble = spec.Kind == KernelKind.KullbackLeibler || (spec.IsSigned && negative == NegativeKernel.Keep);
        if (needsDouble && typeof(T) != typeof(double))
        {
            // Divergences and signed sums cancel; 32 bit would leave too few digits.
            return Predict(
                spec, queries.ToDense().AsSamples(), features.ToDense().AsSamples(), labels, negative, leaveOneOut, cancellationToken);
        }

        var block = new KernelBlock<T>(spec, queries, features);
        var transposed = labels.Transpose();
        var narrow = new T[transposed.Values.Length];
        TensorPrimitives.ConvertTruncating<double, T>(transposed.Values, narrow);

        var size = KernelBlock<T>.BlockRows;
        var blocks = (features.Rows + size - 1) / size;
        var chunks = Math.Max(1, (queries.Rows + QueryChunk - 1) / QueryChunk);
        var parts = Math.Clamp(WantedTasks / chunks, 1, blocks);
        var sums = new LabelSums[parts * chunks];
        Blocks.ForEach(sums.Length, task =>
        {
            var (chunk, part) = (task / parts, task % parts);
            var first = chunk * QueryChunk;
            var count = Math.Min(QueryChunk, queries.Rows - first);
            var own = sums[task] = new LabelSums(count, labels.Columns);
            KernelBlock<T>.Workspace? workspace = null;
            var tile = new T[QueryRows * size];
            for (var b = blocks * part / parts; b < blocks * (part + 1) / parts; b++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                workspace = block.Load(b * size, Math.Min(size, features.Rows - (b * size)), workspace);
                for (var q = 0; q < count; q += QueryRows)
                {
                    var height = Math.Min(QueryRows, count - q);
                    block.Evaluate(workspace, first + q, height, tile, size);
                    for (var i = 0; i < height; i++)
                    {
                        var row = tile.AsSpan(i * size, workspace.Count);
                        var self = first + q + i - workspace.Start;
                        if (leaveOneOut && self >= 0 && self < workspace.Count)
                        {
                            row[self] = block.IsLogarithmic ? T.NegativeInfinity : T.Zero;
                        }

                        if (block.IsLogarithmic)
                        {
                            own.AddLogarithmic<T>(q + i, row, narrow, features.Rows, workspace.Start);
                        }
                        else
                        {
                            own.AddSigned<T>(q + i, row, narrow, features.Rows, workspace.Start, negative);
                        }
                    }
                }
            }
        }, cancellationToken);

        var total = new LabelSums(queries.Rows, labels.Columns);
        for (var task = 0; task < sums.Length; task++)
        {
            total.Merge(sums[task], task / parts * QueryChunk);
        }

        return total.Finish(block.IsLogarithmic, labels, query => Nearest(queries, features, query, leaveOneOut));
    }

    /// <summary>Predicts labels from given kernel values.</summary>
    /// <param name="kernel">K[q, n], finite.</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="negative">What negative kernel values mean.</param>
    public static SmootherResult FromKernel(DenseMatrix kernel, DenseMatrix labels, NegativeKernel negative = NegativeKernel.Clip)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Rows, kernel.Columns);
        var transposed = labels.Transpose();
        var sums = new LabelSums(kernel.Rows, labels.Columns);
        for (var q = 0; q < kernel.Rows; q++)
        {
            var row = kernel.Row(q).ToArray();
            sums.AddSigned<double>(q, row, transposed.Values, labels.Rows, 0, negative);
        }

        return sums.Finish(isLogarithmic: false, labels, _ => []);
    }

    /// <summary>Demonstrations at the least Euclidean distance, by differences: the answer outside a compact support.</summary>
    private static List<int> Nearest<T>(Samples<T> queries, Samples<T> features, int query, bool leaveOneOut)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var nearest = new List<int>();
        var least = T.PositiveInfinity;
        for (var n = 0; n < features.Rows; n++)
        {
            if (leaveOneOut && n == query)
            {
                continue;
            }

            var distance = TensorPrimitives.Distance(queries[query], features[n]);
            if (distance < least)
            {
                nearest.Clear();
                least = distance;
            }

            if (distance == least)
            {
                nearest.Add(n);
            }
        }

        return nearest;
    }
}
