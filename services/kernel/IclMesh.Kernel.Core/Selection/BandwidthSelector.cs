namespace IclMesh.Kernel.Core.Selection;

/// <summary>Chooses a bandwidth for Nadaraya-Watson or local linear regression.</summary>
public static class BandwidthSelector
{
    private const double GoldenSection = 0.6180339887498949;
    private const int RefinementSteps = 40;

    /// <summary>Geometric candidates between two bandwidths.</summary>
    /// <param name="low">Smallest, greater than 0.</param>
    /// <param name="high">Largest.</param>
    /// <param name="count">How many, 2 or more.</param>
    public static double[] Geometric(double low, double high, int count)
    {
        var candidates = new double[count];
        for (var i = 0; i < count; i++)
        {
            candidates[i] = low * Math.Pow(high / low, (double)i / (count - 1));
        }

        candidates[^1] = high;
        return candidates;
    }

    /// <summary>Candidates from the data: between the 1 % and the 75 % quantile of the pairwise distances of up to 500 rows.</summary>
    /// <param name="features">[N, D].</param>
    /// <param name="kind">A kernel with a bandwidth; the unit of the bandwidth is that of its distance.</param>
    /// <param name="count">How many, 2 or more.</param>
    public static double[] DefaultCandidates(DenseMatrix features, KernelKind kind, int count)
    {
        ArgumentNullException.ThrowIfNull(features);
        var step = Math.Max(1, features.Rows / 500);
        int[] rows = [.. Enumerable.Range(0, features.Rows).Where(row => row % step == 0).Take(500)];
        var distances = new List<double>();
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var distance = kind switch
                {
                    KernelKind.Laplacian => -PlainKernel.Logarithm(new(kind), features.Row(rows[i]), features.Row(rows[j])),
                    KernelKind.KullbackLeibler => PlainKernel.Divergence(features.Row(rows[j]), features.Row(rows[i])),
                    KernelKind.ExponentialDotProduct or KernelKind.ExponentialCosine =>
                        Math.Abs(PlainKernel.Logarithm(new(kind), features.Row(rows[i]), features.Row(rows[j]))),
                    _ => Math.Sqrt(PlainKernel.Squared(features.Row(rows[i]), features.Row(rows[j]))),
                };
                if (distance > 0)
                {
                    distances.Add(distance);
                }
            }
        }

        if (distances.Count == 0)
        {
            return Geometric(0.5, 2, count);
        }

        var low = Statistics.Quantile(distances.ToArray(), 0.01);
        var high = Statistics.Quantile(distances.ToArray(), 0.75);
        return Geometric(low, Math.Max(high, 2 * low), count);
    }

    /// <summary>Scans candidates, then narrows the best one's neighbourhood by golden section on the logarithm.</summary>
    /// <param name="problem">Data, kernel and estimator.</param>
    /// <param name="criterion">What to minimise.</param>
    /// <param name="candidates">Bandwidths, ascending.</param>
    /// <param name="refine">Search between the best candidate's neighbours too.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static SelectionCurve Select(
        SmoothingProblem problem, BandwidthCriterion criterion, double[] candidates, bool refine, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(candidates);
        var criteria = problem.CanScan(criterion)
            ? LeaveOneOutScan.Evaluate(problem.Kind, problem.Features.AsSamples(), problem.Labels, candidates, cancellationToken)
            : Array.ConvertAll(candidates, h => problem.Evaluate(criterion, h, cancellationToken));
        return refine
            ? Refine(candidates, criteria, h => problem.Evaluate(criterion, h, cancellationToken))
            : Pick(candidates, criteria);
    }

    /// <summary>The candidate with the least criterion, the first of equals.</summary>
    /// <param name="candidates">Candidates.</param>
    /// <param name="criteria">Their criteria.</param>
    internal static SelectionCurve Pick(double[] candidates, double[] criteria)
    {
        var best = 0;
        for (var i = 1; i < criteria.Length; i++)
        {
            if (criteria[i] < criteria[best])
            {
                best = i;
            }
        }

        return new(candidates, criteria, candidates[best], criteria[best]);
    }

    private static SelectionCurve Refine(double[] candidates, double[] criteria, Func<double, double> evaluate)
    {
        var coarse = Pick(candidates, criteria);
        var at = Array.IndexOf(candidates, coarse.Best);
        var low = Math.Log(candidates[Math.Max(0, at - 1)]);
        var high = Math.Log(candidates[Math.Min(candidates.Length - 1, at + 1)]);
        var left = high - (GoldenSection * (high - low));
        var right = low + (GoldenSection * (high - low));
        var (atLeft, atRight) = (evaluate(Math.Exp(left)), evaluate(Math.Exp(right)));
        for (var step = 0; step < RefinementSteps && high - low > 1e-7; step++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (GoldenSection * (high - low));
                atLeft = evaluate(Math.Exp(left));
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (GoldenSection * (high - low));
                atRight = evaluate(Math.Exp(right));
            }
        }

        var (fine, value) = atLeft <= atRight ? (Math.Exp(left), atLeft) : (Math.Exp(right), atRight);
        return value < coarse.BestCriterion ? coarse with { Best = fine, BestCriterion = value } : coarse;
    }
}
