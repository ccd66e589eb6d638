using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Tokenize;

/// <summary>Splits a text into the model's tokens.</summary>
internal sealed class TokenizeHandler(ModelLibrary library, TextAdmission admission)
{
    /// <summary>Handles one call.</summary>
    public async Task<TokenizeResponse> HandleAsync(TokenizeRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();
        using var memory = admission.Admit([request.Text], out var length);
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        return await admission.RunAsync(length, () => Tokenize(request, lease.Model, cancellationToken), cancellationToken);
    }

    private static TokenizeResponse Tokenize(TokenizeRequest request, LoadedModel model, CancellationToken cancellationToken)
    {
        var tokenizer = model.Source.Tokenizer;
        var response = new TokenizeResponse { Model = model.Source.Reference(model.Precision, model.Provider) };
        var bytes = ByteOffsets(request.Text);
        foreach (var token in tokenizer.Encode(
            request.Text, request.AddSpecialTokens, SpecialTokenScope.Of(request.RecognizeSpecialTokens)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            response.Tokens.Add(new Token
            {
                Id = token.Id,
                Text = tokenizer.TokenText(token.Id),
                Utf16Start = token.Start,
                Utf16Length = token.Length,
                ByteStart = bytes[token.Start],
                ByteLength = bytes[token.Start + token.Length] - bytes[token.Start],
            });
        }

        return response;
    }

    /// <summary>First UTF-8 byte of each UTF-16 unit; the second half of a pair starts where its character does.</summary>
    private static int[] ByteOffsets(string text)
    {
        var offsets = new int[text.Length + 1];
        var (unit, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            for (var half = 0; half < rune.Utf16SequenceLength; half++)
            {
                offsets[unit++] = bytes;
            }

            bytes += rune.Utf8SequenceLength;
        }

        offsets[unit] = bytes;
        return offsets;
    }
}
