using IclMesh.Inference.Text.Decoding;
using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Splitting;
using IclMesh.Inference.Text.Subwords;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Tokenization;

/// <summary>What a <see cref="SubwordTokenizer"/> is made of, whichever file it was read from.</summary>
internal sealed record TokenizerParts
{
    public required Vocabulary Vocabulary { get; init; }

    public required ISubwordModel Model { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public TextNormalizer? Normalize { get; init; }

    public TextSplitter? Split { get; init; }

    public required TokenDecoder Decode { get; init; }

    public SequenceFrame Frame { get; init; } = SequenceFrame.None;

    public int? BeginToken { get; init; }

    public int? EndToken { get; init; }
}
