using TorchSharp;

namespace IclMesh.Train.Text;

/// <summary>Padded token ids of a few texts with [CLS] and [SEP].</summary>
internal static class TextBatch
{
    /// <summary>Pads to the longest text.</summary>
    /// <returns>Ids and mask, both [B, T].</returns>
    public static (torch.Tensor Ids, torch.Tensor Mask) Pad(
        IReadOnlyList<int[]> texts, int maximum, int begin = WordPiece.Begin, int separator = WordPiece.Separator)
    {
        var longest = Math.Min(maximum, texts.Max(t => t.Length) + 2);
        var ids = new long[texts.Count * longest];
        var mask = new float[ids.Length];
        for (var i = 0; i < texts.Count; i++)
        {
            var length = Math.Min(texts[i].Length, longest - 2);
            var row = i * longest;
            ids[row] = begin;
            for (var j = 0; j < length; j++)
                ids[row + 1 + j] = texts[i][j];
            ids[row + 1 + length] = separator;
            mask.AsSpan(row, length + 2).Fill(1);
        }
        return (torch.tensor(ids, [texts.Count, longest]), torch.tensor(mask, [texts.Count, longest]));
    }

    /// <summary>Leaves each piece out with a probability; never all of them.</summary>
    public static int[] Drop(int[] pieces, double probability, Random random)
    {
        if (probability <= 0)
            return pieces;
        var kept = pieces.Where(_ => random.NextDouble() >= probability).ToArray();
        return kept.Length > 0 ? kept : pieces;
    }
}
