using IclMesh.Train.Model;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>Asks the decoder, in batches padded on the right (causality makes padding invisible).</summary>
internal sealed class EpisodeRunner(TinyDecoder decoder)
{
    private const int Batch = 16;
    private const int LengthStep = 32;

    /// <summary>Answers episodes whose labels are single tokens, in their order.</summary>
    public Answer[] Ask(IReadOnlyList<Episode> episodes, bool attention = false)
    {
        using var gradients = torch.no_grad();
        var answers = new Answer[episodes.Count];
        var order = episodes.Select((e, i) => (Prompt: Prompt.Of(e), Episode: e, Index: i)).OrderBy(x => x.Prompt.Ids.Length);
        foreach (var chunk in order.Chunk(Batch))
        {
            using var scope = torch.NewDisposeScope();
            var rows = chunk.Select(_ => new List<float[][]>()).ToArray();
            var states = decoder.Run(Pad([.. chunk.Select(x => x.Prompt.Ids)]), (layer, _, q, k) =>
            {
                for (var row = 0; attention && row < chunk.Length; row++)
                    rows[row].Add(Tails(chunk[row].Prompt, layer, q[row], k[row]));
            });
            for (var row = 0; row < chunk.Length; row++)
            {
                var labels = torch.tensor(chunk[row].Episode.Labels.Select(l => (long)l.Single()).ToArray());
                var logits = decoder.Logits(states[row].narrow(0, chunk[row].Prompt.Ids.Length - 1, 1), labels).data<float>().ToArray();
                answers[chunk[row].Index] = new(logits, [.. rows[row]]);
            }
        }
        return answers;
    }

    /// <summary>Scores labels of any number of tokens by the sum of their log-probabilities over the whole vocabulary.</summary>
    public Answer[] Score(IReadOnlyList<Episode> episodes)
    {
        using var gradients = torch.no_grad();
        var everything = torch.arange(decoder.Shape.Vocabulary);
        return [.. episodes.Select(episode =>
        {
            using var scope = torch.NewDisposeScope();
            var prompt = Prompt.Of(episode).Ids;
            var states = decoder.Run(Pad([.. episode.Labels.Select(label => prompt.Concat(label).ToArray())]));
            return new Answer([.. episode.Labels.Select((label, row) =>
            {
                var logits = decoder.Logits(states[row].narrow(0, prompt.Length - 1, label.Length), everything).log_softmax(1);
                return (float)label.Select((piece, i) => logits[i, piece].ToDouble()).Sum();
            })], []);
        })];
    }

    private static torch.Tensor Pad(int[][] prompts)
    {
        var length = (prompts.Max(p => p.Length) + LengthStep - 1) / LengthStep * LengthStep;
        var ids = new long[prompts.Length * length];
        for (var row = 0; row < prompts.Length; row++)
            for (var t = 0; t < prompts[row].Length; t++)
                ids[(row * length) + t] = prompts[row][t];
        return torch.tensor(ids, [prompts.Length, length]);
    }

    // Attention of the last position, by head, on the tail of each demonstration: label and [NL], [H][k].
    private float[][] Tails(Prompt prompt, int layer, torch.Tensor q, torch.Tensor k)
    {
        var length = prompt.Ids.Length;
        var scores = k.narrow(1, 0, length).matmul(q.narrow(1, length - 1, 1).transpose(1, 2)).squeeze(2) / Math.Sqrt(decoder.Shape.HeadSize);
        var bias = decoder.Mask(layer, (int)q.shape[1])[0].select(1, length - 1).narrow(1, 0, length);
        var weights = (scores + bias).softmax(1).contiguous().data<float>().ToArray();
        return [.. Enumerable.Range(0, decoder.Shape.Heads).Select(h =>
            prompt.Tails.Select(tail => weights.AsSpan((h * length) + tail.Label, tail.NewLine - tail.Label + 1).ToArray().Sum()).ToArray())];
    }
}
