namespace IclMesh.Kernel.Core.Theory;

/// <summary>Compares the kernel predictor with the exact Bayesian posterior on random hidden Markov models (table 3 of arXiv 2305.12766).</summary>
public static class Table3Experiment
{
    /// <summary>Runs the experiment.</summary>
    /// <param name="settings">Sizes, seed, kernel.</param>
    /// <param name="progress">Receives the share done after every model.</param>
    /// <param name="cancellationToken">Checked once a prompt and a block.</param>
    public static IReadOnlyList<Table3Row> Run(
        Table3Settings settings, Action<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var means = new DenseMatrix[settings.Models];
        for (var m = 0; m < settings.Models; m++)
        {
            means[m] = RunModel(settings, new SeededRandom(settings.Seed, (ulong)m), cancellationToken);
            progress?.Invoke((m + 1.0) / settings.Models);
        }

        return [.. settings.Counts.Select((count, row) => new Table3Row(
            count,
            Across(means, row, 0).Within(0, 2),
            Across(means, row, 1).Within(0, 1),
            Across(means, row, 2).Within(0, 1),
            Across(means, row, 3).Within(0, 1)))];
    }

    private static ConfidenceInterval Across(DenseMatrix[] means, int row, int column) =>
        ConfidenceInterval.Mean(Array.ConvertAll(means, mean => mean[row, column]));

    /// <summary>Mean distances of one model, [counts, 4].</summary>
    private static DenseMatrix RunModel(Table3Settings settings, SeededRandom random, CancellationToken cancellationToken)
    {
        var model = HiddenMarkovModel.Draw(
            random, settings.States, settings.Observations, settings.Tasks, settings.Temperature, settings.TaskSwitch);
        var book = new FeatureBook(model, settings.Kernel.NormaliseFeatures);
        var shares = new List<double>();
        for (var i = 0; i < settings.Samples; i++)
        {
            var row = book.Add(model.Sample(random, random.Below(model.Tasks), settings.Length - 1).Input);
            if (row == shares.Count)
            {
                shares.Add(0);
            }

            shares[row] += 1.0 / settings.Samples;
        }

        var sampled = book.Features(0, book.Count, cancellationToken);
        var kernel = OperatorKernel.Create(sampled, shares.ToArray(), settings.Kernel, cancellationToken);
        var coordinates = new List<double[]>();
        coordinates.AddRange(Project(kernel, sampled, cancellationToken));

        var longest = settings.Counts[^1];
        var prompts = new Prompt[settings.Prompts];
        for (var p = 0; p < prompts.Length; p++)
        {
            prompts[p] = Prompt.Draw(model, random, longest, settings.Length - 1, book);
        }

        for (var start = coordinates.Count; start < book.Count; start += 256)
        {
            var features = book.Features(start, Math.Min(256, book.Count - start), cancellationToken);
            coordinates.AddRange(Project(kernel, features, cancellationToken));
        }

        var sums = new DenseMatrix(settings.Counts.Length, 4);
        var parts = new DenseMatrix[prompts.Length];
        Blocks.ForEach(prompts.Length, p => parts[p] = Measure(settings, model, prompts[p], coordinates), cancellationToken);
        foreach (var part in parts)
        {
            TensorPrimitives.MultiplyAdd(part.Values, 1.0 / prompts.Length, sums.Values, sums.Values);
        }

        return sums;
    }

    private static DenseMatrix Measure(Table3Settings settings, HiddenMarkovModel model, Prompt prompt, List<double[]> coordinates)
    {
        var measured = new DenseMatrix(settings.Counts.Length, 4);
        var bayes = new ExactBayes(model);
        var observed = 0;
        for (var row = 0; row < settings.Counts.Length; row++)
        {
            for (; observed < settings.Counts[row]; observed++)
            {
                bayes.Observe(prompt.Demonstrations[observed]);
            }

            var count = settings.Counts[row];
            var prediction = OperatorKernel.Predict(
                coordinates[prompt.QueryRow],
                [.. prompt.Rows[..count].Select(i => coordinates[i])],
                [.. prompt.Demonstrations[..count].Select(example => example.Output)],
                model.Observations,
                settings.Kernel);
            var distances = Distances.Between(prediction, bayes.Predict(prompt.Query));
            measured[row, 0] = distances.L1;
            measured[row, 1] = distances.LInfinity;
            measured[row, 2] = distances.TotalVariation;
            measured[row, 3] = distances.Agrees ? 1 : 0;
        }

        return measured;
    }

    private static double[][] Project(OperatorKernel kernel, DenseMatrix features, CancellationToken cancellationToken)
    {
        const int Chunk = 64;
        var coordinates = new double[features.Rows][];
        Blocks.ForEach((features.Rows + Chunk - 1) / Chunk, chunk =>
        {
            int[] rows = [.. Enumerable.Range(chunk * Chunk, Math.Min(Chunk, features.Rows - (chunk * Chunk)))];
            var projected = kernel.Coordinates(features.Select(rows));
            for (var i = 0; i < rows.Length; i++)
            {
                coordinates[rows[i]] = projected.Row(i).ToArray();
            }
        }, cancellationToken);
        return coordinates;
    }

    private sealed record Prompt(Example[] Demonstrations, int[] Rows, int[] Query, int QueryRow)
    {
        public static Prompt Draw(HiddenMarkovModel model, SeededRandom random, int count, int length, FeatureBook book)
        {
            var task = random.Below(model.Tasks);
            var demonstrations = new Example[count];
            for (var i = 0; i < count; i++)
            {
                demonstrations[i] = model.Sample(random, task, length);
                if (model.TaskSwitch > 0 && random.Uniform() < model.TaskSwitch)
                {
                    task = (task + 1 + random.Below(model.Tasks - 1)) % model.Tasks;
                }
            }

            var query = model.Sample(random, task, length).Input;
            return new(demonstrations, Array.ConvertAll(demonstrations, example => book.Add(example.Input)), query, book.Add(query));
        }
    }
}
