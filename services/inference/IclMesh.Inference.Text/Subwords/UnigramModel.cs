using System.Text;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Subwords;

/// <summary>Unigram: of all ways to split a piece the one with the largest sum of scores, the longest last token first among equal ones.</summary>
/// <remarks>
/// Source: Kudo, "Subword Regularization", 2018; corner cases as in <c>EncodeOptimized</c> of SentencePiece and <c>unigram/model.rs</c> of the
/// tokenizers library. Microsoft.ML.Tokenizers 2.0 has an encoder too, but it does not join unknown characters, gives byte pieces other ids
/// than SentencePiece does (3,000 of 4,000 random texts differ), knows no double precision and places tokens in the normalized text.
/// </remarks>
internal sealed class UnigramModel : ISubwordModel
{
    private const double UnknownPenalty = 10;

    private readonly UnigramPiece[] pieces;
    private readonly Dictionary<char, (int Start, int End)> begins = [];
    private readonly UnigramOptions options;
    private readonly double unknownScore;
    private readonly double maximumScore;

    /// <param name="pieces">The pieces that texts may hold; control tokens are not among them.</param>
    /// <param name="options">Corner cases.</param>
    public UnigramModel(IEnumerable<UnigramPiece> pieces, UnigramOptions options)
    {
        this.options = options;
        this.pieces = [.. pieces.Where(piece => piece.Text.Length > 0)];
        Array.Sort(this.pieces, (left, right) => string.CompareOrdinal(left.Text, right.Text));
        for (var i = 0; i < this.pieces.Length; i++)
        {
            var first = this.pieces[i].Text[0];
            begins[first] = (begins.TryGetValue(first, out var range) ? range.Start : i, i + 1);
        }

        unknownScore = Rounded(options.MinimumScore - UnknownPenalty);
        maximumScore = this.pieces.Where(piece => !piece.IsUserDefined).Select(piece => piece.Score).DefaultIfEmpty().Max();
    }

    public void Encode(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        var best = new Node[piece.Length + 1];
        for (int start = 0, length; start < piece.Length; start += length)
        {
            Rune.DecodeFromUtf16(piece[start..], out _, out length);
            if (!Extend(piece, start, length, best))
            {
                Offer(ref best[start + length], start, Unknown, Rounded(unknownScore + best[start].Score));
            }
        }

        var first = tokens.Count;
        for (var end = piece.Length; end > 0; end = best[end].Start)
        {
            tokens.Add(new(best[end].Piece, best[end].Start, end - best[end].Start));
        }

        tokens.Reverse(first, tokens.Count - first);
        Name(piece, tokens, first);
    }

    private const int Unknown = -1;

    /// <summary>Tries every piece that begins at a place; true where one of them is its first character alone.</summary>
    private bool Extend(ReadOnlySpan<char> text, int start, int characterLength, Node[] best)
    {
        var hasSingle = false;
        var (low, high) = begins.GetValueOrDefault(text[start]);
        for (var depth = 1; low < high; depth++)
        {
            // The pieces from low to high agree with the text on depth units; the shortest comes first.
            if (pieces[low].Text.Length == depth)
            {
                ref readonly var found = ref pieces[low];
                var score = found.IsUserDefined ? (Encoding.UTF8.GetByteCount(found.Text) * maximumScore) - 0.1 : found.Score;
                Offer(ref best[start + depth], start, low, score + best[start].Score);
                hasSingle |= depth == characterLength;
                low++;
            }

            if (start + depth >= text.Length)
            {
                break;
            }

            (low, high) = Narrow(low, high, depth, text[start + depth]);
        }

        return hasSingle;
    }

    private (int Low, int High) Narrow(int low, int high, int depth, char unit)
    {
        var first = Search(low, high, depth, unit);
        return (first, unit == char.MaxValue ? high : Search(first, high, depth, (char)(unit + 1)));
    }

    /// <summary>The first piece whose unit at a depth is not below another.</summary>
    private int Search(int low, int high, int depth, char unit)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = pieces[middle].Text[depth] < unit ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void Offer(ref Node node, int start, int piece, double score)
    {
        if (!node.IsReached || score > node.Score)
        {
            node = new() { IsReached = true, Start = start, Piece = piece, Score = Rounded(score) };
        }
    }

    private double Rounded(double score) => options.IsSinglePrecision ? (float)score : score;

    /// <summary>Replaces indices of pieces by token ids; what is unknown becomes bytes or, run by run, the unknown token.</summary>
    private void Name(ReadOnlySpan<char> text, List<TokenSpan> tokens, int first)
    {
        var found = tokens[first..];
        tokens.RemoveRange(first, tokens.Count - first);
        for (var i = 0; i < found.Count; i++)
        {
            var (piece, start, length) = found[i];
            if (piece != Unknown)
            {
                tokens.Add(new(pieces[piece].Id, start, length));
                continue;
            }

            // SentencePiece spells characters one by one, the tokenizers library whole runs; only the ranges differ.
            while ((options.ByteTokens is null || !options.IsSinglePrecision) && i + 1 < found.Count && found[i + 1].Id == Unknown)
            {
                length += found[++i].Length;
            }

            AddUnknown(text, start, length, tokens);
        }
    }

    private void AddUnknown(ReadOnlySpan<char> text, int start, int length, List<TokenSpan> tokens)
    {
        if (options.ByteTokens is { } bytes)
        {
            var utf8 = new byte[Encoding.UTF8.GetByteCount(text.Slice(start, length))];
            Encoding.UTF8.GetBytes(text.Slice(start, length), utf8);
            if (Array.TrueForAll(utf8, value => bytes[value] >= 0))
            {
                tokens.AddRange(utf8.Select(value => new TokenSpan(bytes[value], start, length)));
                return;
            }
        }

        tokens.Add(new(
            options.UnknownToken ?? throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, "the text holds characters that the tokenizer has no token for, and it has no unknown token"),
            start,
            length));
    }

    private struct Node
    {
        public bool IsReached;
        public int Start;
        public int Piece;
        public double Score;
    }
}
