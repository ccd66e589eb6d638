namespace IclMesh.Inference.Text.Subwords;

/// <summary>Corner cases of Unigram encoding.</summary>
/// <param name="UnknownToken">Id of what stands for characters outside the vocabulary; null makes them an error.</param>
/// <param name="MinimumScore">Least score of the vocabulary; an unknown character scores 10 below it.</param>
/// <param name="ByteTokens">Token id of each byte, for characters outside the vocabulary; null without byte fallback.</param>
/// <param name="IsSinglePrecision">Sums are kept in single precision, as SentencePiece keeps them; the tokenizers library keeps doubles.</param>
internal sealed record UnigramOptions(int? UnknownToken, double MinimumScore, int[]? ByteTokens = null, bool IsSinglePrecision = false);
