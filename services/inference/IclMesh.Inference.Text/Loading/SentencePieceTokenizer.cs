using Google.Protobuf;
using IclMesh.Inference.Text.Decoding;
using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Patterns;
using IclMesh.Inference.Text.SentencePiece;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Subwords;
using IclMesh.Inference.Text.Tokenization;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Builds a tokenizer from the bytes of SentencePiece's own model.</summary>
/// <remarks>
/// Source: SentencePiece 0.1.97 and, for ids and frames, the tokenizer classes of transformers. Microsoft.ML.Tokenizers reads these files
/// too; what it does differently is said beside <see cref="UnigramModel"/> and <see cref="SentencePieceNormalizer"/>.
/// </remarks>
internal static class SentencePieceTokenizer
{
    /// <param name="path">Where the bytes came from, for errors.</param>
    /// <param name="bytes">The model, a protobuf message.</param>
    /// <param name="settings">What tokenizer_config.json says.</param>
    public static ITextTokenizer Read(string path, ReadOnlySpan<byte> bytes, TokenizerConfiguration settings)
    {
        var model = Parse(path, bytes);
        var normalizer = model.Normalizer ?? new();
        if (model.Denormalizer is { HasPrecompiledMap: true, PrecompiledMap.Length: > 0 })
        {
            throw FileFaults.Unsupported(path, "a denormalizer is not supported");
        }

        var map = normalizer.PrecompiledMap.Length == 0
            ? null
            : PrecompiledMap.TryRead(normalizer.PrecompiledMap.Span) ?? throw FileFaults.Corrupt(path, "the normalizer's precompiled_charsmap is no table of replacements");
        var ids = SentencePieceIds.For(path, settings, model);
        var added = ids.Added;
        var vocabulary = new Vocabulary(ids.Entries, added);
        var boundaries = settings.Boundaries;
        var begin = boundaries.Begin(vocabulary) ?? vocabulary.Find("<s>");
        var end = boundaries.End(vocabulary) ?? vocabulary.Find("</s>");
        var symbols = Of(PieceKind.UserDefined).ToDictionary(piece => piece.Text, piece => piece.Id, StringComparer.Ordinal);
        return new SubwordTokenizer(new()
        {
            Vocabulary = vocabulary,
            AddedTokens = added,
            Model = Model(),
            Normalize = new SentencePieceNormalizer(normalizer, map, new(symbols.Keys), model.Trainer?.TreatsWhiteSpaceAsSuffix ?? false).Normalize,
            Decode = Decoder(normalizer),
            Frame = settings.Framed(path, ids.Frame(begin, end), begin, end),
            BeginToken = begin,
            EndToken = end,
        });

        IEnumerable<(string Text, int Id, double Score)> Of(PieceKind kind) => model.Pieces.Index()
            .Where(piece => piece.Item.Kind == kind && piece.Item.Text.Length > 0)
            .Select(piece => (piece.Item.Text, ids.Of(piece.Index), (double)piece.Item.Score));

        ISubwordModel Model()
        {
            var unknown = Of(PieceKind.Unknown).Select(piece => (int?)piece.Id).FirstOrDefault();
            var bytes = model.Trainer?.ByteFallback == true ? Of(PieceKind.Byte).ToDictionary(piece => piece.Text, piece => piece.Id, StringComparer.Ordinal) : null;
            switch (model.Trainer?.Kind ?? ModelKind.Unigram)
            {
                case ModelKind.Unigram:
                    var normal = Of(PieceKind.Normal).Select(piece => new UnigramPiece(piece.Text, piece.Id, piece.Score)).ToList();
                    return new UnigramModel(
                        [.. normal, .. symbols.Select(symbol => new UnigramPiece(symbol.Key, symbol.Value, 0, IsUserDefined: true))],
                        new(unknown, normal.Select(piece => piece.Score).DefaultIfEmpty().Min(), ByteTokens.Find(bytes), IsSinglePrecision: true));
                case ModelKind.Bpe:
                    return BytePairs(unknown, bytes);
                case var other:
                    throw FileFaults.Unsupported(path, $"models of type {other} are not supported, Unigram and BPE are");
            }
        }

        ISubwordModel BytePairs(int? unknown, Dictionary<string, int>? bytes)
        {
            if (Of(PieceKind.Unused).Any())
            {
                throw FileFaults.Unsupported(path, "unused pieces in a byte-pair model are not supported");
            }

            var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
            var scores = new Dictionary<int, double>();
            foreach (var (text, id, score) in Of(PieceKind.Normal))
            {
                pieces[text] = id;
                scores[id] = score;
            }

            var merges = ScoredMerges.Read(path, scores, pieces);
            foreach (var (text, id) in bytes ?? [])
            {
                pieces[text] = id;
            }

            var pairs = new BytePairModel(pieces, merges, new(unknown, FuseUnknown: true, ByteFallback: bytes is not null));
            return symbols.Count == 0 ? pairs : new FrozenSymbols(symbols, pairs);
        }
    }

    private static PieceModel Parse(string path, ReadOnlySpan<byte> bytes)
    {
        PieceModel model;
        try
        {
            model = PieceModel.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException cause)
        {
            throw FileFaults.Corrupt(path, $"is no SentencePiece model: {cause.Message}", cause);
        }

        if (model.Pieces.Count == 0)
        {
            throw FileFaults.Corrupt(path, "is no SentencePiece model: it holds no pieces");
        }

        var infinite = model.Pieces.Index().FirstOrDefault(piece => !float.IsFinite(piece.Item.Score), (-1, null!));
        return infinite.Index < 0 ? model : throw FileFaults.Corrupt(path, $"the score of piece {infinite.Index} is not finite");
    }

    private static TokenDecoder Decoder(NormalizerSettings normalizer)
    {
        List<TokenDecoder> steps = [Decoders.Replace(TextPattern.Literal("\u2581"), " "), Decoders.ByteFallback, Decoders.Fuse];
        if (normalizer.AddsDummyPrefix || normalizer.RemovesExtraWhiteSpace)
        {
            steps.Add(Decoders.Strip(' ', start: normalizer.RemovesExtraWhiteSpace ? int.MaxValue : 1, stop: 0));
        }

        return Decoders.Sequence(steps);
    }
}
