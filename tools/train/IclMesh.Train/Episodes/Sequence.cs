using IclMesh.Train.Text;

namespace IclMesh.Train.Episodes;

/// <summary>One training sequence, filled demonstration by demonstration until it is full.</summary>
internal sealed class Sequence(int length)
{
    private readonly Dictionary<int, int> seen = [];

    public int[] Ids { get; } = new int[length];

    /// <summary>Tokens written so far.</summary>
    public int Count { get; private set; }

    public bool Full => Count == Ids.Length;

    /// <summary>What the label head must answer: at a position, the next token; and whether the episode has shown that label before.</summary>
    public List<(int Position, int Target, bool Seen)> Predictions { get; } = [];

    /// <summary>What the auxiliary head must answer: at an [OUT] position, the class among all tasks.</summary>
    public List<(int Position, int Class)> Classes { get; } = [];

    /// <summary>Where a label shown before is asked for, and which one, numbered as they appeared.</summary>
    public List<(int Position, int Label)> Votes { get; } = [];

    /// <summary>Positions of labels and of the [NL] after them, with the number of their label.</summary>
    public List<(int Position, int Label)> Tails { get; } = [];

    /// <summary>Number of labels shown.</summary>
    public int LabelCount => seen.Count;

    /// <summary>Writes one demonstration.</summary>
    /// <param name="text">Pieces of the text.</param>
    /// <param name="label">Pieces of its label.</param>
    /// <param name="format">0: text label; 1: and [NL]; 2: and [OUT] before the label; 3: and [IN] before the text.</param>
    /// <param name="trueClass">Class among all tasks, or -1.</param>
    public void Demonstrate(ReadOnlySpan<int> text, int[] label, int format, int trueClass)
    {
        if (format > 2)
            Write(WordPiece.In);
        foreach (var piece in text)
            Write(piece);
        if (format > 1)
            Write(WordPiece.Out);
        if (trueClass >= 0 && !Full)
            Classes.Add((Count - 1, trueClass));
        var shown = seen.TryGetValue(label[0], out var number);
        if (!shown)
            seen[label[0]] = number = seen.Count;
        else if (!Full)
            Votes.Add((Count - 1, number));
        foreach (var piece in label)
        {
            if (!Full)
                Predictions.Add((Count - 1, piece, shown));
            Tail(piece, number);
        }
        if (format > 0)
            Tail(WordPiece.NewLine, number);
    }

    private void Tail(int id, int number)
    {
        if (!Full)
            Tails.Add((Count, number));
        Write(id);
    }

    private void Write(int id)
    {
        if (!Full)
            Ids[Count++] = id;
    }
}
