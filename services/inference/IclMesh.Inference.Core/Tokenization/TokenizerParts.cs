using IclMesh.Inference.Core.Tokenization.Decoding;
using IclMesh.Inference.Core.Tokenization.Normalization;
using IclMesh.Inference.Core.Tokenization.Splitting;
using IclMesh.Inference.Core.Tokenization.Subwords;

namespace IclMesh.Inference.Core.Tokenization;

/// <summary>What a <see cref="SubwordTokenizer"/> is made of, whichever file it was read from.</summary>
internal sealed record TokenizerParts
{
    public required Vocabulary Vocabulary { get; init; }

    public required ISubwordModel Model { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public Normalize? Normalize { get; init; }

    public Split? Split { get; init; }

    public required Decode Decode { get; init; }

    public SequenceFrame Frame { get; init; } = SequenceFrame.None;

    public int? BeginToken { get; init; }

    public int? EndToken { get; init; }
}
