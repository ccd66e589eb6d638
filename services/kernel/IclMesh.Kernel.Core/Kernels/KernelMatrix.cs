using System.Numerics;

namespace IclMesh.Kernel.Core.Kernels;

/// <summary>Whole kernel matrices, for problems that need one (ridge, precomputed views).</summary>
public static class KernelMatrix
{
    private const int QueryRows = 64;

    /// <summary>K[q, n] in 64 bit, computed in the precision of the input.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="spec">The kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static DenseMatrix Evaluate<T>(KernelSpec spec, Samples<T> queries, Samples<T> features, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (spec.Kind == KernelKind.KullbackLeibler && typeof(T) != typeof(double))
        {
            return Evaluate(spec, queries.ToDense().AsSamples(), features.ToDense().AsSamples(), cancellationToken);
        }

        var kernel = new DenseMatrix(queries.Rows, features.Rows);
        var block = new KernelBlock<T>(spec, queries, features);
        var size = KernelBlock<T>.BlockRows;
        Blocks.ForEach((features.Rows + size - 1) / size, number =>
        {
            var workspace = block.Load(number * size, Math.Min(size, features.Rows - (number * size)));
            var tile = new T[QueryRows * workspace.Count];
            for (var start = 0; start < queries.Rows; start += QueryRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(QueryRows, queries.Rows - start);
                block.Evaluate(workspace, start, count, tile, workspace.Count);
                for (var q = 0; q < count; q++)
                {
                    var target = kernel.Row(start + q).Slice(workspace.Start, workspace.Count);
                    TensorPrimitives.ConvertTruncating<T, double>(tile.AsSpan(q * workspace.Count, workspace.Count), target);
                    if (block.IsLogarithmic)
                    {
                        TensorPrimitives.Exp<double>(target, target);
                    }
                }
            }
        }, cancellationToken);
        return kernel;
    }

    /// <summary>K[q, n] pair by pair; the reference.</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    public static DenseMatrix EvaluatePlainly(KernelSpec spec, DenseMatrix queries, DenseMatrix features)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        var kernel = new DenseMatrix(queries.Rows, features.Rows);
        for (var q = 0; q < queries.Rows; q++)
        {
            for (var n = 0; n < features.Rows; n++)
            {
                kernel[q, n] = PlainKernel.Evaluate(spec, queries.Row(q), features.Row(n));
            }
        }

        return kernel;
    }
}
