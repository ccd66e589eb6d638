namespace IclMesh.Kernel.Core.Theory;

/// <summary>Deviation of the kernel predictor from its limit against the number of demonstrations; the theorem's second term says n^(-1/2).</summary>
/// <param name="Rows">Mean L∞ deviation per n with its interval over prompts.</param>
/// <param name="Exponent">Slope of log deviation on log n.</param>
/// <param name="ExponentError">Standard error of the slope.</param>
public sealed record RateExperiment(IReadOnlyList<(int Count, ConfidenceInterval Deviation)> Rows, double Exponent, double ExponentError)
{
    /// <summary>Draws prompts from an enumerated model with exact Σ and normalised features, where the limit is P(x', Y | θ) / P(x' | p_pre).</summary>
    /// <param name="model">A small model.</param>
    /// <param name="length">Observations of an input.</param>
    /// <param name="counts">Numbers of demonstrations, ascending.</param>
    /// <param name="prompts">Prompts per number.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="progress">Receives the share done.</param>
    /// <param name="cancellationToken">Checked once a number.</param>
    public static RateExperiment Run(
        HiddenMarkovModel model, int length, int[] counts, int prompts, ulong seed, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(counts);
        var all = new EnumeratedModel(model, length);
        var uniform = new double[model.Tasks];
        Array.Fill(uniform, 1.0 / model.Tasks);
        var prior = all.Probabilities(uniform);
        var features = all.Normalised(prior);
        var kernel = OperatorKernel.Create(features, prior, new(CutOff: 1e-24, Ridge: 0), cancellationToken);
        var coordinates = kernel.Coordinates(features);
        var deviations = new DenseMatrix(counts.Length, prompts);
        for (var p = 0; p < prompts; p++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new SeededRandom(seed, (ulong)p);
            var task = random.Below(model.Tasks);
            var query = Index(model, model.Sample(random, task, length).Input);
            var sums = new double[model.Observations];
            var (drawn, at) = (0, 0);
            foreach (var count in counts)
            {
                for (; drawn < count; drawn++)
                {
                    var example = model.Sample(random, task, length);
                    sums[example.Output] += TensorPrimitives.Dot<double>(coordinates.Row(query), coordinates.Row(Index(model, example.Input)));
                }

                for (var y = 0; y < sums.Length; y++)
                {
                    var limit = all.Joint[task][query, y] / prior[query];
                    deviations[at, p] = Math.Max(deviations[at, p], Math.Abs((sums[y] / count) - limit));
                }

                at++;
            }

            progress?.Invoke((p + 1.0) / prompts);
        }

        var rows = counts.Select((count, row) => (count, ConfidenceInterval.Mean(deviations.Row(row)))).ToList();
        var (slope, _, error) = Statistics.Line(
            [.. rows.Select(row => Math.Log(row.count))], [.. rows.Select(row => Math.Log(row.Item2.Estimate))]);
        return new(rows, slope, error);
    }

    private static int Index(HiddenMarkovModel model, int[] input)
    {
        var index = 0;
        for (var t = input.Length - 1; t >= 0; t--)
        {
            index = (index * model.Observations) + input[t];
        }

        return index;
    }
}
