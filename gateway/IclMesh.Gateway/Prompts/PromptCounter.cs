using System.Text;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Prompts;

/// <summary>Counts the tokens of a prompt with a model's own tokenizer.</summary>
internal sealed class PromptCounter(InferenceService.InferenceServiceClient inference)
{
    /// <summary>Counts a prompt.</summary>
    /// <param name="model">Model whose tokenizer counts.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="tokensPerMessage">Chat form: what the model's template adds to each message.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Task<CountedPrompt> CountAsync(string model, WrittenPrompt prompt, int tokensPerMessage, CancellationToken cancellationToken) =>
        prompt.Messages is [] ? CountTextAsync(model, prompt, cancellationToken) : CountMessagesAsync(model, prompt, tokensPerMessage, cancellationToken);

    /// <summary>Completion form: one text, special tokens included; a token belongs to the piece that holds its first byte.</summary>
    private async Task<CountedPrompt> CountTextAsync(string model, WrittenPrompt prompt, CancellationToken cancellationToken)
    {
        var tokenized = await TokenizeAsync(model, string.Concat(prompt.Segments.Select(segment => segment.Text)), special: true, cancellationToken);
        var (pieces, token, end) = (new List<PromptPiece>(), 0, 0);
        while (token < tokenized.Tokens.Count && tokenized.Tokens[token] is { ByteLength: 0, ByteStart: 0 })
        {
            token++;
        }

        foreach (var segment in prompt.Segments)
        {
            end += Encoding.UTF8.GetByteCount(segment.Text);
            var start = token;
            while (token < tokenized.Tokens.Count && tokenized.Tokens[token].ByteStart < end)
            {
                token++;
            }

            pieces.Add(new() { Kind = segment.Kind, DemonstrationId = segment.DemonstrationId, TokenStart = start, TokenCount = token - start });
        }

        return new(prompt, tokenized.Tokens.Count, pieces, tokenized.Model);
    }

    /// <summary>Chat form: each message by itself, as the template keeps them apart.</summary>
    private async Task<CountedPrompt> CountMessagesAsync(string model, WrittenPrompt prompt, int tokensPerMessage, CancellationToken cancellationToken)
    {
        var counted = await Task.WhenAll(prompt.Messages.Select(message => TokenizeAsync(model, message.Content, special: false, cancellationToken)));
        var pieces = prompt.Messages.Zip(counted, (message, tokens) => new PromptPiece
        {
            Kind = message.Kind,
            DemonstrationId = message.DemonstrationId,
            TokenCount = tokens.Tokens.Count + tokensPerMessage,
        }).ToList();
        foreach (var (index, piece) in pieces.Index())
        {
            piece.TokenStart = pieces.Take(index).Sum(before => before.TokenCount);
        }

        return new(prompt, pieces.Sum(piece => piece.TokenCount), pieces, counted[0].Model);
    }

    private async Task<TokenizeResponse> TokenizeAsync(string model, string text, bool special, CancellationToken cancellationToken)
    {
        using var call = inference.TokenizeAsync(new() { Model = model, Text = text, AddSpecialTokens = special, RecognizeSpecialTokens = special }, cancellationToken: cancellationToken);
        return await Leg.NameFailures(Leg.Tokenize, call.ResponseAsync, cancellationToken, LegFields.Tokenize);
    }
}
