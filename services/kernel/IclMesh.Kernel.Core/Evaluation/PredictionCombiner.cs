using IclMesh.Kernel.Core.Uncertainty;

namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>What a kernel vote over stored demonstrations adds to a model's label distribution.</summary>
/// <remarks>
/// The pool is log-linear: softmax((1 - w) log p + w log(s + smoothing)) with the model's distribution p and the kernel's shares s. The
/// cascade answers by the kernel where its top share reaches a threshold and asks the model elsewhere.
/// </remarks>
public sealed class PredictionCombiner
{
    private const int Steps = 20;
    private readonly DenseMatrix model;
    private readonly DenseMatrix shares;
    private readonly int[] gold;
    private readonly int selection;
    private readonly double smoothing;
    private readonly int[] modelLabels;
    private readonly int[] kernelLabels;

    /// <summary>Takes the predictions.</summary>
    /// <param name="model">The model's natural log-probabilities, [Q, C]; rows need not be normalised.</param>
    /// <param name="shares">The kernel's label shares, [Q, C].</param>
    /// <param name="gold">True labels, [Q].</param>
    /// <param name="selection">The first so many rows choose, 1 to Q - 1; the others report.</param>
    /// <param name="smoothing">Added to every share before its logarithm, greater than 0.</param>
    public PredictionCombiner(DenseMatrix model, DenseMatrix shares, int[] gold, int selection, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Rows, model.Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gold.Length, model.Rows);
        (this.model, this.shares, this.gold, this.selection, this.smoothing) = (model, shares, gold, selection, smoothing);
        modelLabels = [.. Enumerable.Range(0, model.Rows).Select(q => Statistics.ArgMax(model.Row(q)))];
        kernelLabels = [.. Enumerable.Range(0, model.Rows).Select(q => Statistics.ArgMax(shares.Row(q)))];
    }

    /// <summary>The model alone on the report rows.</summary>
    public Interval ModelAccuracy => Report(q => modelLabels[q]);

    /// <summary>The kernel alone on the report rows.</summary>
    public Interval KernelAccuracy => Report(q => kernelLabels[q]);

    /// <summary>The pool at weights 0, 0.05, ..., 1.</summary>
    public IReadOnlyList<PoolPoint> Pool() => [.. Enumerable.Range(0, Steps + 1).Select(step => PoolAt((double)step / Steps))];

    /// <summary>The cascade at thresholds 1 / C, ..., 1, a twentieth apart.</summary>
    public IReadOnlyList<CascadePoint> Cascade() =>
        [.. Enumerable.Range(1, Steps).Select(step => (double)step / Steps).Where(t => t >= 1.0 / model.Columns).Select(CascadeAt)];

    /// <summary>The cascade by conformal sets, calibrated on the selection rows.</summary>
    /// <param name="error">Share of the sets that may miss the true label, in (0, 1).</param>
    public ConformalCascade Conformal(double error)
    {
        var predictor = ConformalPredictor.Calibrate(shares.Select([.. Enumerable.Range(0, selection)]), gold.AsSpan(0, selection), error);
        var sets = Enumerable.Range(0, gold.Length).Select(q => predictor.Set(shares.Row(q))).ToArray();
        var reported = gold.Length - selection;
        return new(
            predictor.Threshold,
            Interval.Wilson(Enumerable.Range(selection, reported).Count(q => sets[q].Contains(gold[q])), reported),
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
            var row = model.Row(q);
            var share = shares.Row(q);
            for (var c = 0; c < pooled.Length; c++)
            {
                pooled[c] = ((1 - weight) * row[c]) + (weight * Math.Log(share[c] + smoothing));
            }

            labels[q] = Statistics.ArgMax(pooled);
            if (q < selection)
            {
                var highest = pooled.Max();
                loss -= pooled[gold[q]] - highest - Math.Log(pooled.Sum(value => Math.Exp(value - highest)));
            }
        }

        return new(weight, loss / selection, Selection(q => labels[q]), Report(q => labels[q]), Share(0, gold.Length, q => labels[q] == gold[q]));
    }

    private CascadePoint CascadeAt(double threshold)
    {
        // Shares are fractions of small counts: 0.7 as a sum of thirty-seconds must not miss a threshold of 0.7 by a rounding error.
        bool Sure(int q) => shares[q, kernelLabels[q]] >= threshold - 1e-9;
        int Label(int q) => Sure(q) ? kernelLabels[q] : modelLabels[q];
        return new(
            threshold,
            Selection(Label),
            Share(0, selection, Sure),
            Report(Label),
            Share(selection, gold.Length, Sure),
            Share([.. Enumerable.Range(selection, gold.Length - selection).Where(Sure)], q => kernelLabels[q] == gold[q]),
            Share(0, gold.Length, q => Label(q) == gold[q]),
            Share(0, gold.Length, Sure));
    }

    private double Selection(Func<int, int> label) => Share(0, selection, q => label(q) == gold[q]);

    private Interval Report(Func<int, int> label) => Interval.Wilson(
        Enumerable.Range(selection, gold.Length - selection).Count(q => label(q) == gold[q]), gold.Length - selection);

    private static double Share(int from, int to, Func<int, bool> holds) => Share([.. Enumerable.Range(from, to - from)], holds);

    private static double Share(int[] rows, Func<int, bool> holds) => rows.Length == 0 ? double.NaN : (double)rows.Count(holds) / rows.Length;
}
