namespace IclMesh.Inference.Text.Tokens;

/// <summary>Turns text into a model's token ids and back. Thread-safe.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of ids; every id is below it.</summary>
    int VocabularySize { get; }

    /// <summary>The token that begins a sequence, or null where the model has none.</summary>
    int? BeginToken { get; }

    /// <summary>The token that ends a sequence, or null where the model has none.</summary>
    int? EndToken { get; }

    /// <summary>Spellings of the special tokens, those that steer the model.</summary>
    IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>Encodes a text.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="addSpecialTokens">Adds what the model's post-processor adds (BOS, [CLS] and [SEP], ...).</param>
    /// <param name="scope">Where special tokens written out in the text are recognised; nowhere unless given.</param>
    IReadOnlyList<TokenSpan> Encode(string text, bool addSpecialTokens = false, SpecialTokenScope? scope = null);

    /// <summary>Encodes a text that follows another one: no special tokens, and no blank before it where the tokenizer puts one before texts.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="scope">Where special tokens written out in the text are recognised; nowhere unless given.</param>
    IReadOnlyList<TokenSpan> EncodeContinuation(string text, SpecialTokenScope? scope = null);

    /// <summary>Decodes ids to text, special tokens included as they are written.</summary>
    /// <param name="ids">Token ids below <see cref="VocabularySize"/>.</param>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>The token as the vocabulary spells it.</summary>
    /// <param name="id">A token id below <see cref="VocabularySize"/>.</param>
    string TokenText(int id);

    /// <summary>The id of a vocabulary entry, or null where there is none.</summary>
    /// <param name="token">The token as the vocabulary spells it.</param>
    int? FindToken(string token);
}
