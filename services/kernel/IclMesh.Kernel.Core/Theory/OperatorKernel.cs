namespace IclMesh.Kernel.Core.Theory;

/// <summary>K(x, x') = φ(x)ᵀ Σ⁺ φ(x') in the span of the features that Σ was estimated from (theorem 1 of arXiv 2305.12766).</summary>
/// <remarks>
/// Σ is d² x d² but its rank is at most the number of distinct samples: with F = √w φ as rows, F Fᵀ = U diag(s) Uᵀ and the whitened coordinates of any x are
/// U_kᵀ F φ(x) / (√s_k √(s_k + ridge)). Σ is the uncentred second moment, which is what the proof's algebra needs.
/// </remarks>
public sealed class OperatorKernel
{
    private readonly double[] packed;
    private readonly int features;

    private OperatorKernel(DenseMatrix projection, double[] eigenvalues)
    {
        Rank = projection.Rows;
        features = projection.Columns;
        Eigenvalues = eigenvalues;
        packed = new double[BlockedProduct.PackedLength<double>(Rank, features)];
        BlockedProduct.Pack<double>(projection.Values, Rank, features, packed);
    }

    /// <summary>Eigenvalues of Σ that were kept, descending.</summary>
    public double[] Eigenvalues { get; }

    /// <summary>Rank that was kept.</summary>
    public int Rank { get; }

    /// <summary>Whitens a set of weighted features.</summary>
    /// <param name="features">φ of distinct inputs, one a row, [N, F].</param>
    /// <param name="weights">Probability or share of each input, [N].</param>
    /// <param name="options">Cut-off and ridge.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static OperatorKernel Create(
        DenseMatrix features, ReadOnlySpan<double> weights, OperatorKernelOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(options);
        var rows = new DenseMatrix(features.Rows, features.Columns);
        for (var i = 0; i < rows.Rows; i++)
        {
            TensorPrimitives.Multiply(features.Row(i), Math.Sqrt(weights[i]), rows.Row(i));
        }

        // The smaller Gram matrix has the same eigenvalues: samples against samples, or features against features.
        var isDual = rows.Rows <= rows.Columns;
        var factor = isDual ? rows : rows.Transpose();
        var (values, left, scaled) = Decompose(factor, isPseudoInverse: options.Ridge == 0, cancellationToken);
        var largest = values[0];
        var kept = values.Count(value => value > Math.Max(options.CutOff, 1e-30) * largest);
        int[] rank = [.. Enumerable.Range(0, kept)];
        var projection = (isDual ? scaled ?? BlockedProduct.MultiplyTransposed(left, rows.Transpose(), cancellationToken) : left).Select(rank);
        for (var k = 0; k < kept; k++)
        {
            var scale = 1 / Math.Sqrt(values[k] + (options.Ridge * largest));
            TensorPrimitives.Multiply(projection.Row(k), isDual ? scale / Math.Sqrt(values[k]) : scale, projection.Row(k));
        }

        return new(projection, values[..kept]);
    }

    /// <summary>Whitened coordinates c(x), so that K(x, x') = c(x)ᵀ c(x'), [M, rank]; one thread, since callers run prompts side by side.</summary>
    /// <param name="rows">φ, one a row, [M, F].</param>
    public DenseMatrix Coordinates(DenseMatrix rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Columns, features);
        var coordinates = new DenseMatrix(rows.Rows, Rank);
        BlockedProduct.Multiply<double>(rows.Values, rows.Rows, features, packed, Rank, coordinates.Values, Rank);
        return coordinates;
    }

    /// <summary>Label vector by kernel regression over demonstrations, [O].</summary>
    /// <param name="query">c(x), [rank].</param>
    /// <param name="demonstrations">c(x_i), [n, rank].</param>
    /// <param name="outputs">y_i, [n].</param>
    /// <param name="observations">O.</param>
    /// <param name="options">Clipping and normalisation.</param>
    public static double[] Predict(
        ReadOnlySpan<double> query, IReadOnlyList<double[]> demonstrations, ReadOnlySpan<int> outputs, int observations, OperatorKernelOptions options)
    {
        ArgumentNullException.ThrowIfNull(demonstrations);
        ArgumentNullException.ThrowIfNull(options);
        var kernel = new double[outputs.Length];
        for (var i = 0; i < kernel.Length; i++)
        {
            var value = TensorPrimitives.Dot(query, demonstrations[i]);
            kernel[i] = options.Clip ? Math.Max(0, value) : value;
        }

        var weights = options.Normalised
            ? PlainSmoother.Normalise(kernel, options.Clip ? NegativeKernel.Clip : NegativeKernel.Keep)
            : Array.ConvertAll(kernel, value => value / kernel.Length);
        var prediction = new double[observations];
        for (var i = 0; i < weights.Length; i++)
        {
            prediction[outputs[i]] += weights[i];
        }

        return prediction;
    }

    /// <summary>
    /// Eigenvalues and eigenvectors of the Gram matrix. A pure pseudo-inverse magnifies the smallest of them, and squaring loses half their digits: then
    /// the factor itself is decomposed, by the slow and accurate route.
    /// </summary>
    private static (double[] Values, DenseMatrix Left, DenseMatrix? Scaled) Decompose(
        DenseMatrix factor, bool isPseudoInverse, CancellationToken cancellationToken)
    {
        if (isPseudoInverse)
        {
            var thin = RowJacobi.Decompose(factor, cancellationToken);
            return (Array.ConvertAll(thin.Values, value => value * value), thin.Left, thin.Scaled);
        }

        var eigen = SymmetricEigen.Decompose(BlockedProduct.MultiplyTransposed(factor, factor, cancellationToken), cancellationToken);
        return (eigen.Values, eigen.Vectors, null);
    }
}
