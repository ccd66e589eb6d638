using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>Asks the decoder, in batches padded on the right (causality makes padding invisible).</summary>
internal sealed class EpisodeRunner(TinyDecoder decoder)
{
    private const int Batch = 16;
    private const int LengthStep = 32;

    /// <summary>Answers in the order of the episodes.</summary>
    public Answer[] Ask(IReadOnlyList<Episode> episodes, bool attention = false)
    {
        using var gradients = torch.no_grad();
        var answers = new Answer[episodes.Count];
        var order = episodes.Select((e, i) => (Prompt: Prompt.Of(e), Episode: e, Index: i)).OrderBy(x => x.Prompt.Ids.Length);
        foreach (var chunk in order.Chunk(Batch))
        {
            using var scope = torch.NewDisposeScope();
            var length = (chunk.Max(x => x.Prompt.Ids.Length) + LengthStep - 1) / LengthStep * LengthStep;
            var ids = new long[chunk.Length * length];
            for (var row = 0; row < chunk.Length; row++)
                for (var t = 0; t < chunk[row].Prompt.Ids.Length; t++)
                    ids[(row * length) + t] = chunk[row].Prompt.Ids[t];
            int[] last = [.. chunk.Select(x => x.Prompt.Ids.Length - 1)];
            var rows = chunk.Select(_ => new List<float[][]>()).ToArray();
            var states = decoder.Run(torch.tensor(ids, [chunk.Length, length]), (layer, _, q, k) =>
            {
                if (attention)
                    Attend(layer, q, k);
            });
            for (var row = 0; row < chunk.Length; row++)
            {
                var labels = torch.tensor(chunk[row].Episode.Labels.Select(l => (long)l).ToArray());
                var logits = decoder.Logits(states[row].narrow(0, last[row], 1), labels).data<float>().ToArray();
                answers[chunk[row].Index] = new(logits, [.. rows[row]]);
            }

            void Attend(int layer, torch.Tensor q, torch.Tensor k)
            {
                for (var row = 0; row < chunk.Length; row++)
                {
                    var at = last[row];
                    var scores = k[row].narrow(1, 0, at + 1).matmul(q[row].narrow(1, at, 1).transpose(1, 2)).squeeze(2) / Math.Sqrt(decoder.Shape.HeadSize);
                    scores = scores + decoder.Mask(layer, (int)length)[0].select(1, at).narrow(1, 0, at + 1);
                    var weights = scores.softmax(1).contiguous().data<float>().ToArray();
                    rows[row].Add([.. Enumerable.Range(0, decoder.Shape.Heads).Select(h =>
                        chunk[row].Prompt.Labels.Select(p => weights[(h * (at + 1)) + p] + weights[(h * (at + 1)) + p + 1]).ToArray())]);
                }
            }
        }
        return answers;
    }

    private sealed record Prompt(int[] Ids, int[] Labels)
    {
        public static Prompt Of(Episode episode)
        {
            var ids = new List<int>();
            var labels = new List<int>();
            for (var i = 0; i < episode.Texts.Length; i++)
            {
                ids.Add(WordPiece.In);
                ids.AddRange(episode.Texts[i]);
                ids.Add(WordPiece.Out);
                if (i == episode.Demonstrations)
                    break;
                labels.Add(ids.Count);
                ids.Add(episode.Labels[episode.Classes[i]]);
                ids.Add(WordPiece.NewLine);
            }
            return new([.. ids], [.. labels]);
        }
    }
}
