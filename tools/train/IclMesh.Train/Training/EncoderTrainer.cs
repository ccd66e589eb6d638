using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace IclMesh.Train.Training;

/// <summary>Trains the sentence encoder: texts of one class lie close to their class's direction, by cosine, for every task at once.</summary>
/// <remarks>Source of the loss: F. Wang et al., "NormFace: L2 Hypersphere Embedding for Face Verification", 2017.</remarks>
internal sealed class EncoderTrainer(Corpus corpus, BertEncoder encoder, Options options, Action<string> log)
{
    private const int Batch = 32;
    private const int LongestText = 96;
    private readonly double rate = options.Number("rate", 2e-3);
    private readonly int epochs = options.Count("epochs", 8);
    private readonly double wordDropout = options.Number("word-dropout", 0.2);
    private readonly double dropout = options.Number("dropout", 0.1);
    private readonly double scale = options.Number("scale", 12);
    private readonly double decay = options.Number("decay", 0.0);
    private readonly double contrast = options.Number("contrast", 0.5);
    private readonly double temperature = options.Number("temperature", 0.1);
    private readonly double recombined = options.Number("recombined", 0.8);
    private readonly int seed = options.Count("seed", 1);

    /// <summary>Trains and leaves the encoder at the epoch whose nearest neighbours named the development rows best.</summary>
    public void Train()
    {
        var random = new Random(seed);
        var recombination = new Recombination(corpus, seed, log);
        var directions = torch.nn.Parameter(torch.randn(corpus.Classes, encoder.Shape.Hidden) * 0.1);
        var adam = new Adam { Beta2 = 0.999f };
        foreach (var (name, parameter) in encoder.Weights.All)
            adam.Add(name, parameter, decay: parameter.Dimensions > 1 ? decay : 0);
        adam.Add("directions", directions);

        var best = 0.0;
        var bestWeights = encoder.Weights.Snapshot();
        var batches = corpus.Trained.SelectMany(t => Enumerable.Repeat(t, t.Train.Length / Batch)).ToArray();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(batches);
            for (var b = 0; b < batches.Length; b++)
            {
                using var scope = torch.NewDisposeScope();
                var task = batches[b];
                var texts = Enumerable.Range(0, Batch).Select(_ => recombination.Text(task, recombined, random)).ToList();
                var (ids, mask) = TextBatch.Pad([.. texts.Select(t => TextBatch.Drop(t.Pieces, wordDropout, random))], LongestText);
                var vectors = normalize(encoder.Encode(ids, mask, dropout));
                var targets = torch.tensor(texts.Select(t => (long)t.Class).ToArray());
                var own = normalize(directions.narrow(0, task.FirstClass, task.Classes));
                var loss = cross_entropy(vectors.matmul(own.t()) * scale, targets) + (Contrast(vectors, targets) * contrast);
                loss.backward();
                var progress = (epoch + ((double)b / batches.Length)) / epochs;
                adam.Step(rate * Math.Min(1, (adam.Steps + 1) / 100.0) * (1 - progress));
            }
            var accuracies = corpus.Trained.Select(t => Accuracy(t)).ToArray();
            // The four tasks that are reported count; the others differ too little from noise.
            var mean = accuracies[..4].Average();
            log($"epoch {epoch + 1}: {string.Join("  ", corpus.Trained.Select((t, i) => $"{t.Name} {accuracies[i]:F3}"))}  mean of four {mean:F4}");
            if (mean > best)
                (best, bestWeights) = (mean, encoder.Weights.Snapshot());
        }
        encoder.Weights.Restore(bestWeights);
    }

    private torch.Tensor Embed(Row[] rows) => encoder.Embed([.. rows.Select(r => r.Pieces)]);

    private double Accuracy(TaskRows task)
    {
        using var scope = torch.NewDisposeScope();
        return NearestNeighbours.Accuracy(Embed(task.Train), task.Train, Embed(task.Development), task.Development, task.Classes, 8);
    }

    // Supervised contrast within the batch: each text against the others, its own class being the right answers.
    private torch.Tensor Contrast(torch.Tensor vectors, torch.Tensor targets)
    {
        var self = torch.eye(Batch, dtype: torch.ScalarType.Bool);
        var likelihood = (vectors.matmul(vectors.t()) / temperature).masked_fill(self, -1e9f).log_softmax(1);
        var same = targets.unsqueeze(0).eq(targets.unsqueeze(1)).logical_and(self.logical_not()).to(torch.ScalarType.Float32);
        return -((likelihood * same).sum(1) / same.sum(1).clamp_min(1)).mean();
    }
}
