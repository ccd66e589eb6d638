namespace IclMesh.Kernel.Core.Numerics;

/// <summary>min ‖X w - y‖² + ridge ‖w‖² subject to w >= 0, from the normal equations.</summary>
/// <remarks>Coordinate descent; with a ridge the problem is strictly convex, so the limit is the one solution.</remarks>
public static class NonNegativeLeastSquares
{
    private const int MaximumSweeps = 10_000;

    /// <summary>Solves for the weights.</summary>
    /// <param name="gram">XᵀX, [P, P].</param>
    /// <param name="moments">Xᵀy, [P].</param>
    /// <param name="ridge">Penalty, 0 or more.</param>
    /// <param name="cancellationToken">Checked once a sweep.</param>
    /// <returns>w, [P].</returns>
    public static double[] Solve(DenseMatrix gram, ReadOnlySpan<double> moments, double ridge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(gram);
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        var weights = new double[moments.Length];
        var gradient = moments.ToArray();
        for (var sweep = 0; sweep < MaximumSweeps; sweep++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (change, largest) = (0.0, 0.0);
            for (var p = 0; p < weights.Length; p++)
            {
                var curvature = gram[p, p] + ridge;
                if (curvature <= 0)
                {
                    continue;
                }

                var updated = Math.Max(0, weights[p] + ((gradient[p] - (ridge * weights[p])) / curvature));
                var delta = updated - weights[p];
                if (delta != 0)
                {
                    TensorPrimitives.MultiplyAdd(gram.Row(p), -delta, gradient, gradient);
                    weights[p] = updated;
                }

                change = Math.Max(change, Math.Abs(delta));
                largest = Math.Max(largest, updated);
            }

            // Twelve digits: far below the sampling error of any weight, above the rounding of the gradient.
            if (change <= 1e-12 * largest)
            {
                break;
            }
        }

        return weights;
    }
}
