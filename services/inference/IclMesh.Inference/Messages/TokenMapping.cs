using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Messages;

/// <summary>Tokens as messages carry them.</summary>
internal static class TokenMapping
{
    /// <summary>A token and its probability.</summary>
    public static V1.TokenProbability ToMessage(this TokenProbability token, ITextTokenizer tokenizer) =>
        new() { Id = token.Id, Text = token.Id < tokenizer.VocabularySize ? tokenizer.TokenText(token.Id) : "", LogProbability = token.LogProbability };
}
