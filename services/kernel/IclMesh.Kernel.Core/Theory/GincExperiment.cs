namespace IclMesh.Kernel.Core.Theory;

/// <summary>Exact Bayes and the kernel predictor on GINC prompts.</summary>
/// <remarks>
/// A prompt has one concept and one start property; entities are drawn anew per example; delimiters separate examples and need no transition. The target is
/// the likeliest next token under the prompt's concept, not a sample. Tasks of the kernel predictor are pairs of concept and start property; its features are the
/// rows of T_x at those starts, normalised by P(x | p_pre), the part of vec(T_x) that any task's prediction can see.
/// </remarks>
public static class GincExperiment
{
    /// <summary>Runs every k and n.</summary>
    /// <param name="settings">Sizes and seed.</param>
    /// <param name="variants">Where concepts come from; one set of rows each.</param>
    /// <param name="progress">Receives the share done.</param>
    /// <param name="cancellationToken">Checked once a prompt.</param>
    public static IReadOnlyList<GincRow> Run(
        GincSettings settings, IReadOnlyList<GincVariant> variants, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(variants);
        var world = new GincWorld(settings);
        var rows = new List<GincRow>();
        var done = 0;
        foreach (var length in settings.ExampleLengths)
        {
            var kernel = FitKernel(world, length - 1, cancellationToken);
            foreach (var variant in variants)
            {
                rows.AddRange(RunLength(world, kernel, variant, length, cancellationToken));
                progress?.Invoke(++done / (double)(settings.ExampleLengths.Length * variants.Count));
            }
        }

        return rows;
    }

    private static IEnumerable<GincRow> RunLength(
        GincWorld world, OperatorKernel kernel, GincVariant variant, int length, CancellationToken cancellationToken)
    {
        var settings = world.Settings;
        var counts = settings.DemonstrationCounts;
        var hits = new (int Bayes, int Kernel)[settings.Prompts][];
        Blocks.ForEach(settings.Prompts, p => hits[p] = RunPrompt(world, kernel, variant, length, p), cancellationToken);
        for (var c = 0; c < counts.Length; c++)
        {
            var at = c;
            yield return new(
                variant,
                length,
                counts[c],
                Interval.Wilson(hits.Sum(hit => hit[at].Bayes), settings.Prompts),
                counts[c] == 0 ? new(double.NaN, double.NaN, double.NaN) : Interval.Wilson(hits.Sum(hit => hit[at].Kernel), settings.Prompts),
                GincPublished.At(variant, settings.Vocabulary, length, counts[c]));
        }
    }

    private static (int Bayes, int Kernel)[] RunPrompt(GincWorld world, OperatorKernel kernel, GincVariant variant, int length, int prompt)
    {
        var settings = world.Settings;
        var random = new SeededRandom(settings.Seed, ((ulong)length << 32) + ((ulong)variant << 24) + (ulong)prompt);
        var concept = random.Below(settings.Concepts) + (variant == GincVariant.Unseen ? settings.Concepts : 0);
        var property = 1 + random.Below(settings.Properties - 1);
        var counts = settings.DemonstrationCounts;
        var examples = new int[counts[^1] + 1][];
        for (var i = 0; i < examples.Length; i++)
        {
            examples[i] = variant == GincVariant.Inconsistent
                ? DrawInconsistent(world, random, length)
                : world.Draw(random, concept, property, length);
        }

        var query = examples[^1][..^1];
        var target = Statistics.ArgMax(world.Emit(world.Forward(concept, property, query).State));
        if (variant == GincVariant.Inconsistent)
        {
            target = examples[^1][^1];
        }

        var tasks = settings.Concepts * (settings.Properties - 1);
        var evidence = new double[tasks];
        var views = Enumerable.Range(0, tasks).Select(t => world.Forward(Concept(world, t), Property(world, t), query)).ToArray();
        var queryCoordinates = Coordinates(world, kernel, query);
        var coordinates = new List<double[]>();
        var outputs = new List<int>();
        var result = new (int, int)[counts.Length];
        var seen = 0;
        for (var c = 0; c < counts.Length; c++)
        {
            for (; seen < counts[c]; seen++)
            {
                for (var t = 0; t < tasks; t++)
                {
                    // The output is observed like any other token, hence the whole example.
                    evidence[t] += world.Forward(Concept(world, t), Property(world, t), examples[seen]).LogLikelihood;
                }

                // An input that no task can produce has no features; it weighs nothing.
                coordinates.Add(Coordinates(world, kernel, examples[seen][..^1]) ?? new double[kernel.Rank]);
                outputs.Add(examples[seen][^1]);
            }

            var bayes = Statistics.ArgMax(Mix(world, evidence, views)) == target ? 1 : 0;
            var regression = counts[c] > 0 && queryCoordinates is not null && Statistics.ArgMax(OperatorKernel.Predict(
                queryCoordinates, coordinates, outputs.ToArray(), settings.Vocabulary, new())) == target ? 1 : 0;
            result[c] = (bayes, regression);
        }

        return result;
    }

    private static int Concept(GincWorld world, int task) => task / (world.Settings.Properties - 1);

    private static int Property(GincWorld world, int task) => 1 + (task % (world.Settings.Properties - 1));

    private static int[] DrawInconsistent(GincWorld world, SeededRandom random, int length)
    {
        var entity = random.Below(world.Settings.Entities);
        var tokens = new int[length];
        for (var i = 0; i < length; i++)
        {
            tokens[i] = world.Memory[entity, 1 + random.Below(world.Settings.Properties - 1)];
            entity = random.Choose(world.EntityChain.Row(entity));
        }

        return tokens;
    }

    /// <summary>Posterior mixture of the tasks' next-token distributions; where no task explains the prompt, the one of the query alone.</summary>
    private static double[] Mix(GincWorld world, double[] evidence, (double LogLikelihood, DenseMatrix State)[] views)
    {
        var logs = evidence.Select((log, t) => log + views[t].LogLikelihood).ToArray();
        if (logs.All(double.IsNegativeInfinity))
        {
            logs = [.. views.Select(view => view.LogLikelihood)];
        }

        var largest = logs.Max();
        var outputs = new double[world.Settings.Vocabulary];
        for (var t = 0; t < logs.Length && !double.IsNegativeInfinity(largest); t++)
        {
            TensorPrimitives.MultiplyAdd(world.Emit(views[t].State), Math.Exp(logs[t] - largest), outputs, outputs);
        }

        return outputs;
    }

    /// <summary>Features of an input, [tasks · states]: P(x | task) times the state after x, over P(x | p_pre). Null where no task can produce it.</summary>
    private static double[]? Features(GincWorld world, ReadOnlySpan<int> input)
    {
        var settings = world.Settings;
        var tasks = settings.Concepts * (settings.Properties - 1);
        var states = settings.Entities * settings.Properties;
        var features = new double[tasks * states];
        var largest = double.NegativeInfinity;
        var views = new (double LogLikelihood, DenseMatrix State)[tasks];
        for (var t = 0; t < tasks; t++)
        {
            views[t] = world.Forward(Concept(world, t), Property(world, t), input);
            largest = Math.Max(largest, views[t].LogLikelihood);
        }

        if (double.IsNegativeInfinity(largest))
        {
            return null;
        }

        var total = views.Sum(view => Math.Exp(view.LogLikelihood - largest)) / tasks;
        for (var t = 0; t < tasks; t++)
        {
            var ratio = Math.Exp(views[t].LogLikelihood - largest) / total;
            TensorPrimitives.Multiply(views[t].State.Values, ratio, features.AsSpan(t * states, states));
        }

        return features;
    }

    private static double[]? Coordinates(GincWorld world, OperatorKernel kernel, int[] input) =>
        Features(world, input) is { } features ? kernel.Coordinates(new(features, 1, features.Length)).Values : null;

    private static OperatorKernel FitKernel(GincWorld world, int length, CancellationToken cancellationToken)
    {
        var settings = world.Settings;
        var random = new SeededRandom(settings.Seed, stream: 7);
        var tasks = settings.Concepts * (settings.Properties - 1);
        var rows = new double[settings.KernelSamples][];
        var inputs = Enumerable.Range(0, rows.Length).Select(_ =>
        {
            var task = random.Below(tasks);
            return world.Draw(random, Concept(world, task), Property(world, task), length);
        }).ToArray();
        Blocks.ForEach(rows.Length, i => rows[i] = Features(world, inputs[i])!, cancellationToken);
        var weights = new double[rows.Length];
        Array.Fill(weights, 1.0 / rows.Length);
        return OperatorKernel.Create(DenseMatrix.FromRows(rows), weights, new(NormaliseFeatures: true, Ridge: 1e-3), cancellationToken);
    }
}
