using IclMesh.Train.Data;

namespace IclMesh.Train.Training;

/// <summary>Softmax regression on the single pieces and the neighbouring pairs of a text: the teacher of one task.</summary>
/// <remarks>
/// A linear model that gives every piece and pair its own weight names unseen texts of these small tasks better than a network trained on the same rows.
/// Trained with plain stochastic gradient descent: a step of one size for all lets pieces and pairs that few rows hold stay small.
/// </remarks>
internal sealed class PairClassifier
{
    private const int Epochs = 15;
    private const float Rate = 0.1f, Decay = 3e-3f;
    private readonly Dictionary<(int, int), int> features = [];
    private readonly float[][] weights;
    private readonly int classes;

    public PairClassifier(TaskRows task, int seed)
    {
        classes = task.Classes;
        foreach (var feature in task.Train.SelectMany(r => Keys(r.Pieces)))
            features.TryAdd(feature, features.Count);
        weights = [.. features.Select(_ => new float[classes])];

        Row[] rows = [.. task.Train];
        var random = new Random(seed);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(rows);
            var rate = Rate * (1 - ((float)epoch / Epochs));
            foreach (var row in rows)
            {
                var errors = Probabilities(row.Pieces);
                errors[row.Label] -= 1;
                foreach (var f in Known(row.Pieces))
                    for (var c = 0; c < classes; c++)
                    {
                        weights[f][c] -= rate * (errors[c] + (Decay * weights[f][c]));
                    }
            }
        }
    }

    /// <summary>Probability of each class for a text, [C].</summary>
    public float[] Probabilities(int[] pieces)
    {
        var logits = new float[classes];
        foreach (var f in Known(pieces))
            for (var c = 0; c < classes; c++)
                logits[c] += weights[f][c];
        var most = logits.Max();
        for (var c = 0; c < classes; c++)
            logits[c] = MathF.Exp(logits[c] - most);
        var sum = logits.Sum();
        for (var c = 0; c < classes; c++)
            logits[c] /= sum;
        return logits;
    }

    /// <summary>Share of rows whose class is the most probable one.</summary>
    public double Accuracy(IReadOnlyCollection<Row> rows) => rows.Average(r =>
    {
        var probabilities = Probabilities(r.Pieces);
        return Array.IndexOf(probabilities, probabilities.Max()) == r.Label ? 1.0 : 0.0;
    });

    private IEnumerable<int> Known(int[] pieces)
    {
        foreach (var key in Keys(pieces))
            if (features.TryGetValue(key, out var f))
                yield return f;
    }

    // A text is the set of its pieces and of its pairs; the first pair starts before the text.
    private static IEnumerable<(int, int)> Keys(int[] pieces) =>
        pieces.Select(p => (p, -1)).Concat(pieces.Prepend(-1).Zip(pieces)).Distinct();
}
