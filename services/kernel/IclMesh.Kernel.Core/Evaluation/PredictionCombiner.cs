using IclMesh.Kernel.Core.Uncertainty;

namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>What a kernel vote over stored demonstrations adds to a model's label distribution.</summary>
/// <remarks>
/// The pool is <see cref="LogLinearPool"/>. The cascade answers by the kernel where its top share reaches a threshold and asks the model elsewhere.
/// </remarks>
public sealed class PredictionCombiner
{
    private const int Steps = 20;
    private readonly DenseMatrix model;
    private readonly DenseMatrix shares;
    private readonly int[] gold;
    private readonly int selection;
    private readonly double smoothing;
    private readonly double[] costs;
    private readonly int[] modelLabels;
    private readonly int[] kernelLabels;

    /// <summary>Takes the predictions.</summary>
    /// <param name="model">The model's natural log-probabilities, [Q, C]; rows need not be normalised.</param>
    /// <param name="shares">The kernel's label shares, [Q, C].</param>
    /// <param name="gold">True labels, [Q].</param>
    /// <param name="selection">The first so many rows choose, 1 to Q - 1; the others report.</param>
    /// <param name="smoothing">Added to every share before its logarithm, greater than 0.</param>
    /// <param name="costs">What asking the model costs, [Q], 0 or more; empty counts every row as 1.</param>
    public PredictionCombiner(DenseMatrix model, DenseMatrix shares, int[] gold, int selection, double smoothing, double[]? costs = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Rows, model.Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gold.Length, model.Rows);
        this.costs = costs is { Length: > 0 } ? costs : [.. Enumerable.Repeat(1.0, gold.Length)];
        ArgumentOutOfRangeException.ThrowIfNotEqual(this.costs.Length, gold.Length);
        (this.model, this.shares, this.gold, this.selection, this.smoothing) = (model, shares, gold, selection, smoothing);
        modelLabels = [.. Enumerable.Range(0, model.Rows).Select(q => Statistics.ArgMax(model.Row(q)))];
        kernelLabels = [.. Enumerable.Range(0, model.Rows).Select(q => Statistics.ArgMax(shares.Row(q)))];
    }

    /// <summary>The model alone on the report rows.</summary>
    public ConfidenceInterval ModelAccuracy => Report(q => modelLabels[q]);

    /// <summary>The kernel alone on the report rows.</summary>
    public ConfidenceInterval KernelAccuracy => Report(q => kernelLabels[q]);

    /// <summary>Mean cost of a report row when the model is always asked.</summary>
    public double ModelCost => Cost(_ => true);

    /// <summary>The pool at weights 0, 0.05, ..., 1.</summary>
    public IReadOnlyList<PoolPoint> Pool() => [.. Enumerable.Range(0, Steps + 1).Select(step => PoolAt((double)step / Steps))];

    /// <summary>The cascade at thresholds 1 / C, ..., 1, a twentieth apart.</summary>
    public IReadOnlyList<CascadePoint> Cascade() =>
        [.. Enumerable.Range(1, Steps).Select(step => (double)step / Steps).Where(t => t >= 1.0 / model.Columns).Select(CascadeAt)];

    /// <summary>A cascade with abstention, at least probabilities 0, 0.05, ..., 0.95.</summary>
    /// <param name="cascade">One of <see cref="Cascade"/>.</param>
    public IReadOnlyList<AbstentionPoint> Abstention(CascadePoint cascade)
    {
        ArgumentNullException.ThrowIfNull(cascade);
        return [.. Enumerable.Range(0, Steps).Select(step => AbstentionAt(cascade.Threshold, (double)step / Steps))];
    }

    /// <summary>The cascade by conformal sets, calibrated on the selection rows.</summary>
    /// <param name="error">Share of the sets that may miss the true label, in (0, 1).</param>
    public ConformalCascade Conformal(double error)
    {
        var predictor = ConformalPredictor.Calibrate(shares.Select([.. Enumerable.Range(0, selection)]), gold.AsSpan(0, selection), error);
        var sets = Enumerable.Range(0, gold.Length).Select(q => predictor.Set(shares.Row(q))).ToArray();
        var reported = gold.Length - selection;
        return new(
            predictor.Threshold,
            ConfidenceInterval.Wilson(Enumerable.Range(selection, reported).Count(q => sets[q].Contains(gold[q])), reported),
            (double)Enumerable.Range(selection, reported).Count(q => sets[q].Length == 1) / reported,
            Report(q => sets[q].Length == 1 ? sets[q][0] : modelLabels[q]));
    }

    private PoolPoint PoolAt(double weight)
    {
        var loss = 0.0;
        var labels = new int[gold.Length];
        var pooled = new double[model.Columns];
        for (var q = 0; q < gold.Length; q++)
        {
            LogLinearPool.Pool(model.Row(q), shares.Row(q), weight, smoothing, pooled);
            labels[q] = Statistics.ArgMax(pooled);
            loss -= q < selection ? pooled[gold[q]] : 0;
        }

        return new(weight, loss / selection, Selection(q => labels[q]), Report(q => labels[q]), Share(0, gold.Length, q => labels[q] == gold[q]));
    }

    private CascadePoint CascadeAt(double threshold)
    {
        bool Sure(int q) => IsSure(q, threshold);
        int Label(int q) => Sure(q) ? kernelLabels[q] : modelLabels[q];
        return new(
            threshold,
            Selection(Label),
            Share(0, selection, Sure),
            Report(Label),
            Share(selection, gold.Length, Sure),
            Share([.. Enumerable.Range(selection, gold.Length - selection).Where(Sure)], q => kernelLabels[q] == gold[q]),
            Share(0, gold.Length, q => Label(q) == gold[q]),
            Share(0, gold.Length, Sure),
            Cost(q => !Sure(q)));
    }

    private AbstentionPoint AbstentionAt(double threshold, double minimum)
    {
        int[] answered = [.. Enumerable.Range(selection, gold.Length - selection).Where(q => IsSure(q, threshold) || ModelProbability(q) >= minimum)];
        var right = answered.Count(q => (IsSure(q, threshold) ? kernelLabels[q] : modelLabels[q]) == gold[q]);
        return new(minimum, (double)answered.Length / (gold.Length - selection), answered.Length == 0 ? null : ConfidenceInterval.Wilson(right, answered.Length));
    }

    /// <summary>Probability of the model's label among the labels.</summary>
    private double ModelProbability(int q)
    {
        var row = model.Row(q);
        var highest = row[modelLabels[q]];
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += Math.Exp(value - highest);
        }

        return 1 / sum;
    }

    // Shares are fractions of small counts: 0.7 as a sum of thirty-seconds must not miss a threshold of 0.7 by a rounding error.
    private bool IsSure(int q, double threshold) => shares[q, kernelLabels[q]] >= threshold - 1e-9;

    private double Cost(Func<int, bool> asked) => Enumerable.Range(selection, gold.Length - selection).Average(q => asked(q) ? costs[q] : 0);

    private double Selection(Func<int, int> label) => Share(0, selection, q => label(q) == gold[q]);

    private ConfidenceInterval Report(Func<int, int> label) => ConfidenceInterval.Wilson(
        Enumerable.Range(selection, gold.Length - selection).Count(q => label(q) == gold[q]), gold.Length - selection);

    private static double Share(int from, int to, Func<int, bool> holds) => Share([.. Enumerable.Range(from, to - from)], holds);

    private static double Share(int[] rows, Func<int, bool> holds) => rows.Length == 0 ? double.NaN : (double)rows.Count(holds) / rows.Length;
}
