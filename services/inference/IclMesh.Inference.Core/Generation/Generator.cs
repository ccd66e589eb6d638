using System.Runtime.CompilerServices;
using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core.Generation;

/// <summary>Continues a text token by token; each token waits its turn like any other work, so streams and scoring share the threads.</summary>
internal sealed class Generator(GenerateCall call, int maxTokens, int[] prompt, IReadOnlyList<int[]> choices, ModelSource source, WorkerPool workers)
{
    /// <summary>Room behind the prompt at first; it doubles as the answer grows, whatever the call's limit.</summary>
    private const int FirstRoom = 256;

    private readonly int contextLength = source.Configuration.ContextLength;
    private readonly TokenSampler sampler = new(call.Sampling);
    private readonly TextStream stream = new(source.Tokenizer, call.StopTexts);
    private readonly HashSet<int> seen = [.. prompt];
    private readonly HashSet<int> stops = [.. source.EndTokens, .. call.StopTokens];
    private readonly ChoiceGuide? guide = choices.Count > 0 ? new(choices, source.Tokenizer.EndToken) : null;

    /// <summary>Prompt tokens that were not computed anew; known once the first piece has come.</summary>
    public int CachedTokens { get; private set; }

    /// <summary>Generates.</summary>
    public async IAsyncEnumerable<GeneratedPiece> RunAsync(DecoderSequence sequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var most = (int)Math.Min(contextLength, (long)prompt.Length + maxTokens);
        var piece = await workers.RunAsync(
            () =>
            {
                CachedTokens = sequence.Begin(prompt, prompt.Length - 1, Math.Min(most, prompt.Length + FirstRoom));
                using var result = sequence.Prefill(prompt, captureAttention: false, captureHidden: false, cancellationToken);
                sequence.Remember();
                return Next(result);
            },
            prompt.Length > DecoderSequence.Chunk ? Turn.Lengthy : Turn.Step,
            cancellationToken).ConfigureAwait(false);
        for (var count = 1; ; count++)
        {
            piece = Finish(piece, count, sequence.Length);
            yield return piece;
            if (piece.Finish is not null)
            {
                yield break;
            }

            var token = piece.Token!.Value;
            piece = await workers.RunAsync(
                () =>
                {
                    if (sequence.Length == sequence.Buffer.Capacity)
                    {
                        sequence.Grow(Math.Min(most, 2 * sequence.Length));
                    }

                    using var result = sequence.Append(
                        new() { Tokens = new[] { token }, Past = sequence.Length, LogitRows = [0] }, cancellationToken);
                    return Next(result);
                },
                Turn.Step,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private GeneratedPiece Next(ForwardResult result)
    {
        var logits = result.Logits(0);
        var normalizer = LogSoftmax.Normalizer(logits);
        var token = sampler.Choose(logits, seen, guide?.Allowed);
        seen.Add(token);
        return new("", token) { LogProbability = logits[token] - normalizer, Top = Top(logits, normalizer) };
    }

    /// <summary>Adds the text, and the reason where the generation ends.</summary>
    private GeneratedPiece Finish(GeneratedPiece piece, int count, int length)
    {
        var token = piece.Token!.Value;
        if (guide is not null && !guide.Take(token))
        {
            return piece with { Text = stream.Finish(), Finish = FinishReason.Choice };
        }

        if (guide is null && stops.Contains(token))
        {
            return piece with { Text = stream.Finish(), Finish = FinishReason.StopToken };
        }

        var text = stream.Add(token);
        FinishReason? reason = stream.Stopped ? FinishReason.StopText
            : guide?.IsComplete == true ? FinishReason.Choice
            : count == maxTokens ? FinishReason.MaxTokens
            : length >= contextLength ? FinishReason.ContextFull
            : null;
        return piece with { Text = reason is null ? text : text + stream.Finish(), Finish = reason };
    }

    private TokenProbability[] Top(ReadOnlySpan<float> logits, double normalizer)
    {
        if (call.TopTokens == 0)
        {
            return [];
        }

        var copy = logits.ToArray();
        return
        [
            .. Enumerable.Range(0, copy.Length)
                .OrderByDescending(token => copy[token])
                .Take(call.TopTokens)
                .Select(token => new TokenProbability(token, copy[token] - normalizer)),
        ];
    }
}
