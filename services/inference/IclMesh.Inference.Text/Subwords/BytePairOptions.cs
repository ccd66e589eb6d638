namespace IclMesh.Inference.Text.Subwords;

/// <summary>Corner cases of byte-pair encoding, as tokenizer.json names them.</summary>
/// <param name="UnknownToken">Id of what stands for a character outside the vocabulary; null drops such characters.</param>
/// <param name="FuseUnknown">Neighbouring unknown characters become one token.</param>
/// <param name="ByteFallback">Characters outside the vocabulary become tokens of the form <c>&lt;0xE2&gt;</c>, one a byte.</param>
/// <param name="WholePiecesFirst">A piece that is itself in the vocabulary is one token, whatever the merges say (<c>ignore_merges</c>).</param>
internal sealed record BytePairOptions(int? UnknownToken = null, bool FuseUnknown = false, bool ByteFallback = false, bool WholePiecesFirst = false);
