using System.Buffers;
using System.Text;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Subwords;

/// <summary>Byte-pair encoding: the pair of lowest rank is merged first, the leftmost of equal ones.</summary>
/// <remarks>
/// Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016; corner cases as in the tokenizers library
/// of Hugging Face. Microsoft.ML.Tokenizers has a byte-pair encoder too; it knows neither byte fallback nor vocabularies that outrank
/// merges, and its time grows with the square of a piece's length (4.5 s for 100,000 equal letters), so merging is done here, in O(n log n).
/// </remarks>
internal sealed class BytePairModel : ISubwordModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> merges;
    private readonly BytePairOptions options;
    private readonly int[]? byteTokens;

    /// <param name="vocabulary">Token text to id.</param>
    /// <param name="merges">Pairs of ids to the rank of their merge and the id of the result.</param>
    /// <param name="options">Corner cases.</param>
    public BytePairModel(
        Dictionary<string, int> vocabulary, Dictionary<(int Left, int Right), (int Rank, int Id)> merges, BytePairOptions options)
    {
        this.vocabulary = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        this.merges = merges;
        this.options = options;
        byteTokens = ByteTokens.Find(options.ByteFallback ? vocabulary : null);
    }

    public void Encode(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        if (options.WholePiecesFirst && vocabulary.TryGetValue(piece, out var whole))
        {
            tokens.Add(new(whole, 0, piece.Length));
            return;
        }

        // A unit of UTF-16 stands for at most three bytes.
        var symbols = ArrayPool<Symbol>.Shared.Rent(checked(piece.Length * (byteTokens is null ? 1 : 3)));
        try
        {
            var word = symbols.AsSpan(0, Spell(piece, symbols));
            Merge(word);
            foreach (ref var symbol in word)
            {
                if (symbol.Length >= 0)
                {
                    tokens.Add(new(symbol.Id, symbol.Start, symbol.Length));
                }
            }
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(symbols);
        }
    }

    private int Spell(ReadOnlySpan<char> piece, Symbol[] symbols)
    {
        var count = 0;
        var fusible = false;
        Span<byte> utf8 = stackalloc byte[4];
        for (int start = 0, length; start < piece.Length; start += length)
        {
            Rune.DecodeFromUtf16(piece[start..], out var rune, out length);
            if (vocabulary.TryGetValue(piece.Slice(start, length), out var id))
            {
                symbols[count++] = new(id, start, length);
                fusible = false;
            }
            else if (TrySpellBytes(utf8[..rune.EncodeToUtf8(utf8)], start, length, symbols, ref count))
            {
                fusible = false;
            }
            else if (options.UnknownToken is { } unknown)
            {
                if (fusible && options.FuseUnknown)
                {
                    symbols[count - 1].Length += length;
                }
                else
                {
                    symbols[count++] = new(unknown, start, length);
                    fusible = true;
                }
            }
        }

        for (var i = 0; i < count; i++)
        {
            symbols[i].Previous = i - 1;
            symbols[i].Next = i + 1 < count ? i + 1 : -1;
        }

        return count;
    }

    private bool TrySpellBytes(ReadOnlySpan<byte> utf8, int start, int length, Symbol[] symbols, ref int count)
    {
        if (byteTokens is null)
        {
            return false;
        }

        foreach (var value in utf8)
        {
            if (byteTokens[value] < 0)
            {
                return false;
            }
        }

        foreach (var value in utf8)
        {
            symbols[count++] = new(byteTokens[value], start, length);
        }

        return true;
    }

    private void Merge(Span<Symbol> word)
    {
        var queue = new PriorityQueue<(int Left, int Id), (int Rank, int Left)>();
        for (var i = 0; i + 1 < word.Length; i++)
        {
            Offer(word, i, queue);
        }

        while (queue.TryDequeue(out var candidate, out _))
        {
            ref var left = ref word[candidate.Left];
            if (left.Length < 0 || left.Next < 0)
            {
                continue;
            }

            ref var right = ref word[left.Next];

            // The pair may have changed since it was queued.
            if (!merges.TryGetValue((left.Id, right.Id), out var merge) || merge.Id != candidate.Id)
            {
                continue;
            }

            left.Id = merge.Id;
            left.Length = right.Start + right.Length - left.Start;
            left.Next = right.Next;
            right.Length = -1;
            if (left.Next >= 0)
            {
                word[left.Next].Previous = candidate.Left;
                Offer(word, candidate.Left, queue);
            }

            if (left.Previous >= 0)
            {
                Offer(word, left.Previous, queue);
            }
        }
    }

    private void Offer(Span<Symbol> word, int left, PriorityQueue<(int Left, int Id), (int Rank, int Left)> queue)
    {
        if (merges.TryGetValue((word[left].Id, word[word[left].Next].Id), out var merge))
        {
            queue.Enqueue((left, merge.Id), (merge.Rank, left));
        }
    }

    /// <summary>A token in the making: a node of a linked list; a negative length marks one that was merged into its left neighbour.</summary>
    private struct Symbol(int id, int start, int length)
    {
        public int Id = id;
        public int Start = start;
        public int Length = length;
        public int Previous;
        public int Next;
    }
}
