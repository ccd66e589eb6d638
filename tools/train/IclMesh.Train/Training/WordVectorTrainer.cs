using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace IclMesh.Train.Training;

/// <summary>Word vectors whose mean classifies texts of every task: the meaning that the decoder's embedding starts with.</summary>
internal sealed class WordVectorTrainer(Corpus corpus, int vocabulary, Options options, Action<string> log)
{
    private readonly int size = options.Count("size", 64);
    private readonly double rate = options.Number("rate", 5e-3);
    private readonly int epochs = options.Count("epochs", 8);
    private readonly double wordDropout = options.Number("word-dropout", 0.3);
    private readonly double vectorDropout = options.Number("vector-dropout", 0.2);
    private readonly double decay = options.Number("decay", 0.0);
    private readonly double recombined = options.Number("recombined", 0.8);
    private readonly int seed = options.Count("seed", 1);

    /// <summary>Trains and returns the vectors of the epoch that classified the development rows best, [V, size].</summary>
    public torch.Tensor Train()
    {
        torch.manual_seed(seed);
        var random = new Random(seed);
        var recombination = new Recombination(corpus, seed, log);
        var vectors = torch.nn.Parameter(torch.randn(vocabulary, size) * 0.1);
        var classifier = torch.nn.Parameter(torch.zeros(corpus.Classes, size));
        var bias = torch.nn.Parameter(torch.zeros(corpus.Classes));
        var adam = new Adam { Beta2 = 0.999f };
        adam.Add("vectors", vectors, decay: decay);
        adam.Add("classifier", classifier);
        adam.Add("bias", bias);

        var (best, bestVectors) = (0.0, vectors.detach().clone());
        var batches = corpus.Trained.SelectMany(t => Enumerable.Repeat(t, t.Train.Length / Batch)).ToArray();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(batches);
            for (var b = 0; b < batches.Length; b++)
            {
                using var scope = torch.NewDisposeScope();
                var task = batches[b];
                var texts = Enumerable.Range(0, Batch).Select(_ => recombination.Text(task, recombined, random)).ToList();
                var features = Features(vectors, [.. texts.Select(t => TextBatch.Drop(t.Pieces, wordDropout, random))]);
                features = dropout(features, vectorDropout, training: true);
                var logits = Logits(features, classifier, bias, task);
                var loss = cross_entropy(logits, torch.tensor(texts.Select(t => (long)t.Class).ToArray()));
                loss.backward();
                adam.Step(rate * (1 - (((double)epoch + ((double)b / batches.Length)) / epochs)));
            }
            var accuracies = corpus.Trained.Select(t => Accuracy(vectors, classifier, bias, t)).ToArray();
            log($"epoch {epoch + 1}: {string.Join("  ", corpus.Trained.Select((t, i) => $"{t.Name} {accuracies[i]:F3}"))}  mean {accuracies.Average():F4}");
            if (accuracies.Average() > best)
                (best, bestVectors) = (accuracies.Average(), vectors.detach().clone());
        }
        return bestVectors;
    }

    private const int Batch = 32;

    /// <summary>Mean vectors of texts, [B, size].</summary>
    public static torch.Tensor Features(torch.Tensor vectors, IReadOnlyList<int[]> texts)
    {
        var (ids, mask) = TextBatch.Pad(texts, 128);
        // [CLS] and [SEP] are padding here.
        var content = mask.mul(ids.ne(WordPiece.Begin)).mul(ids.ne(WordPiece.Separator)).unsqueeze(2);
        return (vectors.Rows(ids) * content).sum(1) / content.sum(1).clamp_min(1);
    }

    private static torch.Tensor Logits(torch.Tensor features, Parameter classifier, Parameter bias, TaskRows task) =>
        linear(features, classifier.narrow(0, task.FirstClass, task.Classes), bias.narrow(0, task.FirstClass, task.Classes));

    private static double Accuracy(Parameter vectors, Parameter classifier, Parameter bias, TaskRows task)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var guesses = Logits(Features(vectors, [.. task.Development.Select(r => r.Pieces)]), classifier, bias, task).argmax(1);
        var labels = torch.tensor(task.Development.Select(r => (long)r.Label).ToArray());
        return guesses.eq(labels).to(torch.ScalarType.Float32).mean().ToDouble();
    }
}
