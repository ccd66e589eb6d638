using IclMesh.Train.Text;

namespace IclMesh.Train.Evaluation;

/// <summary>An episode as token ids: <c>[IN] text [OUT] label [NL]</c> for each demonstration, then <c>[IN] query [OUT]</c>.</summary>
/// <param name="Ids">Token ids, [T].</param>
/// <param name="Tails">Position of each demonstration's first label piece and of its [NL], [k].</param>
internal sealed record Prompt(int[] Ids, (int Label, int NewLine)[] Tails)
{
    public static Prompt Of(Episode episode)
    {
        var ids = new List<int>();
        var tails = new List<(int, int)>();
        for (var i = 0; i < episode.Texts.Length; i++)
        {
            ids.Add(WordPiece.In);
            ids.AddRange(episode.Texts[i]);
            ids.Add(WordPiece.Out);
            if (i == episode.Demonstrations)
                break;
            var label = episode.Labels[episode.Classes[i]];
            tails.Add((ids.Count, ids.Count + label.Length));
            ids.AddRange(label);
            ids.Add(WordPiece.NewLine);
        }
        return new([.. ids], [.. tails]);
    }
}
