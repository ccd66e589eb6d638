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
                ConfidenceInterval.Wilson(hits.Sum(hit => hit[at].Bayes), settings.Prompts),
                counts[c] == 0 ? new(double.NaN, double.NaN, double.NaN) : ConfidenceInterval.Wilson(hits.Sum(hit => hit[at].Kernel), settings.Prompts),
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

        // One forward pass per example and task serves the evidence, the features and, for the query, the prediction.
        var views = Array.ConvertAll(examples, example => Views(world, example.AsSpan(0, length - 1)));
        var tasks = views[0].Length;
        var features = new DenseMatrix(examples.Length, tasks * settings.Entities * settings.Properties);
        for (var i = 0; i < examples.Length; i++)
        {
            FillFeatures(views[i], features.Row(i));
        }

        var coordinates = kernel.Coordinates(features);
        var rows = Enumerable.Range(0, examples.Length).Select(i => coordinates.Row(i).ToArray()).ToArray();
        var outputs = Array.ConvertAll(examples, example => example[^1]);
        var evidence = new double[tasks];
        var result = new (int, int)[counts.Length];
        var seen = 0;
        for (var c = 0; c < counts.Length; c++)
        {
            for (; seen < counts[c]; seen++)
            {
                for (var t = 0; t < tasks; t++)
                {
                    evidence[t] += views[seen][t].LogLikelihood + Math.Log(world.Emit(views[seen][t].State)[outputs[seen]]);
                }
            }

            var bayes = Statistics.ArgMax(Mix(world, evidence, views[^1])) == target ? 1 : 0;
            var isRight = counts[c] > 0 && Statistics.ArgMax(OperatorKernel.Predict(
                rows[^1], rows[..counts[c]], outputs.AsSpan(0, counts[c]), settings.Vocabulary, new())) == target;
            result[c] = (bayes, isRight ? 1 : 0);
        }

        return result;
    }

    private static (double LogLikelihood, DenseMatrix State)[] Views(GincWorld world, ReadOnlySpan<int> input)
    {
        var views = new (double LogLikelihood, DenseMatrix State)[world.Settings.Concepts * (world.Settings.Properties - 1)];
        for (var t = 0; t < views.Length; t++)
        {
            views[t] = world.Forward(Concept(world, t), Property(world, t), input);
        }

        return views;
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

    /// <summary>Features of an input, [tasks · states]: P(x | task) times the state after x, over P(x | p_pre); zeros where no task can produce it.</summary>
    private static void FillFeatures((double LogLikelihood, DenseMatrix State)[] views, Span<double> features)
    {
        var largest = views.Max(view => view.LogLikelihood);
        if (double.IsNegativeInfinity(largest))
        {
            return;
        }

        var total = views.Sum(view => Math.Exp(view.LogLikelihood - largest)) / views.Length;
        var states = features.Length / views.Length;
        for (var t = 0; t < views.Length; t++)
        {
            var ratio = Math.Exp(views[t].LogLikelihood - largest) / total;
            TensorPrimitives.Multiply(views[t].State.Values, ratio, features.Slice(t * states, states));
        }
    }

    private static OperatorKernel FitKernel(GincWorld world, int length, CancellationToken cancellationToken)
    {
        var settings = world.Settings;
        var random = new SeededRandom(settings.Seed, stream: 7);
        var tasks = settings.Concepts * (settings.Properties - 1);
        var features = new DenseMatrix(settings.KernelSamples, tasks * settings.Entities * settings.Properties);
        var inputs = Enumerable.Range(0, features.Rows).Select(_ =>
        {
            var task = random.Below(tasks);
            return world.Draw(random, Concept(world, task), Property(world, task), length);
        }).ToArray();
        Blocks.ForEach(features.Rows, i => FillFeatures(Views(world, inputs[i]), features.Row(i)), cancellationToken);
        var weights = new double[features.Rows];
        Array.Fill(weights, 1.0 / features.Rows);
        return OperatorKernel.Create(features, weights, new(NormaliseFeatures: true, Ridge: 1e-3), cancellationToken);
    }
}
