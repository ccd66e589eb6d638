namespace IclMesh.Kernel.Core.Heads;

/// <summary>Finds the heads whose attention to demonstrations, read as a kernel, predicts what the model predicts.</summary>
/// <remarks>
/// Protocol of arXiv 2305.12766, section 5.3: a head is chosen on one set of prompts and reported on another. The null permutes labels among the
/// demonstrations of each report prompt, which keeps attention, label counts and the model's answer and breaks their link.
/// </remarks>
public static class HeadScanner
{
    private static readonly int[] CurveSizes = [5, 10, 20, 50, 100, 200, 500, 1000];

    /// <summary>Scans.</summary>
    /// <param name="options">Shapes and choices.</param>
    /// <param name="prompts">Prompts of both splits, at least one each.</param>
    /// <param name="cancellationToken">Checked once a prompt and a round.</param>
    public static HeadScanReport Scan(
        HeadScanOptions options, IReadOnlyList<RecordedPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(prompts);
        int[] selection = [.. Enumerable.Range(0, prompts.Count).Where(p => !prompts[p].IsReport)];
        int[] report = [.. Enumerable.Range(0, prompts.Count).Where(p => prompts[p].IsReport)];
        var votes = new VoteTable(options, prompts, p => prompts[p].Labels, cancellationToken);
        var agreements = new DenseMatrix(votes.Heads, prompts.Count);
        Blocks.ForEach(votes.Heads, h =>
        {
            for (var p = 0; p < prompts.Count; p++)
            {
                agreements[h, p] = votes.Label(p, h) == prompts[p].ModelLabel ? 1 : 0;
            }
        }, cancellationToken);

        var scores = new HeadScore[votes.Heads];
        for (var h = 0; h < scores.Length; h++)
        {
            var (pooling, layer, head) = Place(options, h);
            scores[h] = new(
                pooling, layer, head, Mean(agreements, h, selection), Mean(agreements, h, report), Accuracy(prompts, report, p => votes.Label(p, h)));
        }

        var best = BestHead(agreements, selection);
        var nulls = new PermutationNull(options, prompts, report, cancellationToken);
        var bestScore = Judge(prompts, report, (table, p) => Array.ConvertAll(table[p, best].ToArray(), x => (double)x), votes, nulls);

        HeadMixture? mixture = null;
        ViewScore? mixtureScore = null;
        if (prompts.All(prompt => prompt.LogProbabilities is not null))
        {
            var heads = Enumerable.Range(0, votes.Heads).OrderByDescending(h => scores[h].SelectionAgreement).ThenBy(h => h);
            int[] allowed = [.. options.MixtureHeads == 0 ? heads.Order() : heads.Take(options.MixtureHeads).Order()];
            mixture = HeadMixture.Fit(votes, prompts, selection, allowed, options, cancellationToken);
            var fitted = mixture;
            mixtureScore = Judge(prompts, report, (table, p) => fitted.Evidence(table, p), votes, nulls);
        }

        return new(
            scores,
            scores[best],
            bestScore,
            mixture,
            mixtureScore,
            ConfidenceInterval.Wilson(report.Count(p => MostFrequent(prompts[p].Labels, options.Classes) == prompts[p].ModelLabel), report.Length),
            (double)report.GroupBy(p => prompts[p].ModelLabel).Max(group => group.Count()) / report.Length,
            Accuracy(prompts, report, p => prompts[p].ModelLabel),
            Curve(options, agreements, selection, report, cancellationToken),
            Layers(options, prompts, report),
            selection.Length,
            report.Length);
    }

    private static (int Pooling, int Layer, int Head) Place(HeadScanOptions options, int index)
    {
        var perPooling = options.Layers * options.HeadsPerLayer;
        return (index / perPooling, index % perPooling / options.HeadsPerLayer, index % options.HeadsPerLayer);
    }

    private static double Mean(DenseMatrix agreements, int head, int[] rows)
    {
        var sum = 0.0;
        foreach (var p in rows)
        {
            sum += agreements[head, p];
        }

        return sum / rows.Length;
    }

    private static int BestHead(DenseMatrix agreements, int[] rows)
    {
        var best = 0;
        for (var h = 1; h < agreements.Rows; h++)
        {
            if (Mean(agreements, h, rows) > Mean(agreements, best, rows))
            {
                best = h;
            }
        }

        return best;
    }

    private static double Accuracy(IReadOnlyList<RecordedPrompt> prompts, int[] rows, Func<int, int> label)
    {
        int[] known = [.. rows.Where(p => prompts[p].GoldLabel >= 0)];
        return known.Length == 0 ? double.NaN : (double)known.Count(p => label(p) == prompts[p].GoldLabel) / known.Length;
    }

    private static ViewScore Judge(
        IReadOnlyList<RecordedPrompt> prompts, int[] report, Func<VoteTable, int, double[]> evidence, VoteTable votes, PermutationNull nulls)
    {
        var agreed = report.Count(p => Statistics.ArgMax(evidence(votes, p)) == prompts[p].ModelLabel);
        var rounds = nulls.Agreements(evidence);
        var share = (double)agreed / report.Length;
        var correlation = new ConfidenceInterval(double.NaN, double.NaN, double.NaN);
        if (report.All(p => prompts[p].LogProbabilities is not null))
        {
            double[] view = [.. report.SelectMany(p => HeadMixture.Centred(evidence(votes, p)))];
            double[] model = [.. report.SelectMany(p => HeadMixture.Centred(prompts[p].LogProbabilities!))];

            // Centred vectors of C classes carry C - 1 numbers; the interval counts prompts, which are what is independent.
            correlation = ConfidenceInterval.Correlation(Statistics.Pearson(view, model), report.Length);
        }

        return new(
            ConfidenceInterval.Wilson(agreed, report.Length),
            Accuracy(prompts, report, p => Statistics.ArgMax(evidence(votes, p))),
            rounds.Average(),
            Statistics.Quantile(rounds, 0.975),
            (1.0 + rounds.Count(round => round >= share)) / (1 + rounds.Length),
            correlation);
    }

    private static int MostFrequent(int[] labels, int classes)
    {
        var counts = new double[classes];
        foreach (var label in labels)
        {
            counts[label]++;
        }

        return Statistics.ArgMax(counts);
    }

    private static List<CurvePoint> Curve(
        HeadScanOptions options, DenseMatrix agreements, int[] selection, int[] report, CancellationToken cancellationToken)
    {
        var points = new List<CurvePoint>();
        var random = new SeededRandom(options.Seed, stream: 2);
        foreach (var size in CurveSizes.Where(size => size < selection.Length).Append(selection.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            double chosen = 0, held = 0;
            for (var repeat = 0; repeat < options.CurveRepeats; repeat++)
            {
                var subset = (int[])selection.Clone();
                random.Shuffle<int>(subset);
                subset = subset[..size];
                var best = BestHead(agreements, subset);
                chosen += Mean(agreements, best, subset) / options.CurveRepeats;
                held += Mean(agreements, best, report) / options.CurveRepeats;
            }

            points.Add(new(size, chosen, held));
        }

        return points;
    }

    private static List<LayerScore> Layers(HeadScanOptions options, IReadOnlyList<RecordedPrompt> prompts, int[] report)
    {
        var areas = new double[options.Layers];
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var scores = new List<double>();
            var positive = new List<bool>();
            foreach (var p in report)
            {
                var labels = prompts[p].Labels;
                for (var i = 0; i < labels.Length; i++)
                {
                    var sum = 0.0;
                    for (var h = 0; h < options.HeadsPerLayer; h++)
                    {
                        sum += prompts[p].Attention[0][((((layer * options.HeadsPerLayer) + h) * labels.Length) + i)];
                    }

                    scores.Add(sum);
                    positive.Add(labels[i] == prompts[p].ModelLabel);
                }
            }

            areas[layer] = Statistics.AreaUnderCurve(scores.ToArray(), positive.ToArray());
        }

        var total = areas.Sum(area => area - 0.5);
        var running = 0.0;
        return [.. areas.Select((area, layer) => new LayerScore(layer, area, (running += area - 0.5) / total))];
    }
}
