using IclMesh.Train.Episodes;
using TorchSharp;

namespace IclMesh.Train.Training;

/// <summary>The sequences of one step as tensors: what is read, and what is asked where.</summary>
internal sealed class StepBatch
{
    public StepBatch(IReadOnlyList<Sequence> sequences, IReadOnlyList<bool> real, LabelPool pool, bool longLabels)
    {
        var length = sequences[0].Ids.Length;
        var index = new Dictionary<int, long>();
        foreach (var id in longLabels ? pool.Tokens : pool.Words)
            index.TryAdd(id, index.Count);
        Tokens = torch.tensor(index.Keys.Select(k => (long)k).ToArray());
        Ids = torch.tensor(sequences.SelectMany(s => s.Ids).Select(i => (long)i).ToArray(), [sequences.Count, length]);

        var predictions = sequences.SelectMany((s, row) => s.Predictions.Select(p => (At: ((long)row * length) + p.Position, p.Target, p.Seen, Real: real[row]))).ToList();
        Positions = torch.tensor(predictions.Select(p => p.At).ToArray());
        Targets = torch.tensor(predictions.Select(p => index[p.Target]).ToArray());
        SeenSynthetic = torch.tensor(predictions.Select(p => p.Seen && !p.Real ? 1f : 0f).ToArray());
        SeenReal = torch.tensor(predictions.Select(p => p.Seen && p.Real ? 1f : 0f).ToArray());

        var most = Math.Max(1, sequences.Max(s => s.LabelCount));
        var tails = new float[sequences.Count * length * most];
        for (var row = 0; row < sequences.Count; row++)
            foreach (var (position, label) in sequences[row].Tails)
                tails[(((row * length) + position) * most) + label] = 1;
        Tails = torch.tensor(tails, [sequences.Count, length, most]);
        var votes = sequences.SelectMany((s, row) => s.Votes.Select(v => (At: ((long)row * length) + v.Position, v.Label))).ToList();
        VotePositions = torch.tensor(votes.Select(v => v.At).ToArray());
        VoteTargets = torch.tensor(votes.Select(v => (long)v.Label).ToArray());

        var classes = sequences.SelectMany((s, row) => s.Classes.Select(c => (At: ((long)row * length) + c.Position, c.Class))).ToList();
        ClassPositions = torch.tensor(classes.Select(c => c.At).ToArray());
        Classes = torch.tensor(classes.Select(c => (long)c.Class).ToArray());
    }

    /// <summary>Token ids, [B, T].</summary>
    public torch.Tensor Ids { get; }

    /// <summary>The label tokens that the head chooses among, [M].</summary>
    public torch.Tensor Tokens { get; }

    /// <summary>Flat positions of the N predictions.</summary>
    public torch.Tensor Positions { get; }

    /// <summary>Their answers as indexes into <see cref="Tokens"/>, [N].</summary>
    public torch.Tensor Targets { get; }

    /// <summary>1 where a synthetic episode has shown the answer before, [N].</summary>
    public torch.Tensor SeenSynthetic { get; }

    /// <summary>1 where a real episode has shown the answer before, [N].</summary>
    public torch.Tensor SeenReal { get; }

    /// <summary>1 at the tail of a demonstration (label and [NL]) in the column of its label, [B, T, C].</summary>
    public torch.Tensor Tails { get; }

    /// <summary>Flat positions before labels that the sequence has shown, [W].</summary>
    public torch.Tensor VotePositions { get; }

    /// <summary>Those labels as columns of <see cref="Tails"/>, [W].</summary>
    public torch.Tensor VoteTargets { get; }

    /// <summary>Flat [OUT] positions of real texts.</summary>
    public torch.Tensor ClassPositions { get; }

    /// <summary>Their classes among all tasks.</summary>
    public torch.Tensor Classes { get; }
}
