using System.Runtime.InteropServices;
using Grpc.Core;
using IclMesh.Inference.V1;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Soak;

/// <summary>Calls whose answers are known: each was made once, alone, before the soak began.</summary>
internal sealed class SoakCalls(InferenceServiceClient client, string model, string encoder)
{
    private const int Variants = 24;
    private const int GeneratedTokens = 12;

    /// <summary>fp32 numbers of one prompt agree to 1e-4 however it runs; ten times that is wrong.</summary>
    private const double Tolerance = 1e-3;

    private static readonly string[] Subjects = ["the film", "a meal", "our hotel", "this phone", "the book", "her concert", "the course", "an update"];
    private static readonly string[] Verdicts = ["was a joy from start to end", "fell apart within a week", "cost too much for what it gave"];
    private readonly Dictionary<(int Kind, int Variant), double[]> expected = [];

    /// <summary>Kinds of calls.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["Score", "Embed", "Generate", "Capture"];

    /// <summary>Makes every call once and remembers the answers.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        for (var kind = 0; kind < Kinds.Count; kind++)
        {
            for (var variant = 0; variant < Variants; variant++)
            {
                expected[(kind, variant)] = await AnswerAsync(kind, variant, cancellationToken);
            }
        }
    }

    /// <summary>Makes one call and compares.</summary>
    /// <param name="kind">Which of <see cref="Kinds"/>.</param>
    /// <param name="random">Picks the variant.</param>
    /// <param name="cancellationToken">Leaves in the middle.</param>
    /// <returns>Largest difference from the serial answer beyond the tolerance; 0 for a right answer.</returns>
    public async Task<double> CompareAsync(int kind, Random random, CancellationToken cancellationToken)
    {
        var variant = random.Next(Variants);
        var answer = await AnswerAsync(kind, variant, cancellationToken);
        var known = expected[(kind, variant)];
        if (answer.Length != known.Length)
        {
            return double.PositiveInfinity;
        }

        var worst = answer.Zip(known).Max(pair => Math.Abs(pair.First - pair.Second));
        return worst <= Tolerance ? 0 : worst;
    }

    private async Task<double[]> AnswerAsync(int kind, int variant, CancellationToken cancellationToken) => kind switch
    {
        0 => await ScoreAsync(variant, cancellationToken),
        1 => await EmbedAsync(variant, cancellationToken),
        2 => await GenerateAsync(variant, cancellationToken),
        _ => await CaptureAsync(variant, cancellationToken),
    };

    private async Task<double[]> ScoreAsync(int variant, CancellationToken cancellationToken)
    {
        var request = new ScoreRequest { Model = model, Choices = { " Negative", " Positive" } };
        request.Segments.AddRange(Prompt(variant));
        var response = await client.ScoreAsync(request, cancellationToken: cancellationToken);
        return [.. response.Choices.Select(choice => choice.LogProbability)];
    }

    private async Task<double[]> EmbedAsync(int variant, CancellationToken cancellationToken)
    {
        var response = await client.EmbedAsync(new() { Model = encoder, Texts = { Text(variant), Text(variant + 1) } }, cancellationToken: cancellationToken);
        return [.. MemoryMarshal.Cast<byte, float>(response.Embeddings.Values.Span).ToArray().Select(value => (double)value)];
    }

    private async Task<double[]> GenerateAsync(int variant, CancellationToken cancellationToken)
    {
        using var call = client.Generate(new() { Model = model, Text = $"{Text(variant)}. ", MaxTokens = GeneratedTokens }, cancellationToken: cancellationToken);
        var tokens = new List<double>();
        await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            tokens.Add(piece.TokenId);
        }

        return [.. tokens];
    }

    private async Task<double[]> CaptureAsync(int variant, CancellationToken cancellationToken)
    {
        var request = new CaptureRequest { Model = model, Attention = new() { Positions = { -1 } } };
        request.Segments.AddRange(Prompt(variant));
        using var call = client.Capture(request, cancellationToken: cancellationToken);
        var sums = new List<double>();
        await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            if (message.Block is { } block)
            {
                // Squares tell distributions apart, plain sums are always the number of heads.
                sums.Add(MemoryMarshal.Cast<byte, float>(block.Values.Values.Span).ToArray().Sum(weight => (double)weight * weight));
            }
        }

        return [.. sums];
    }

    private static string Text(int variant) => $"{Subjects[variant % Subjects.Length]} {Verdicts[variant / Subjects.Length % Verdicts.Length]}";

    /// <summary>Eight demonstrations of which neighbouring variants share the first ones, so that caching and packing have work.</summary>
    private static IEnumerable<Segment> Prompt(int variant)
    {
        for (var shot = 0; shot < 8; shot++)
        {
            var at = (variant / 4 * 5) + shot;
            var id = $"{shot}";
            yield return new() { Kind = SegmentKind.DemonstrationInput, Text = $"Input: {Text(at)}\nOutput:", DemonstrationId = id };
            yield return new() { Kind = SegmentKind.DemonstrationLabel, Text = at % 3 == 0 ? " Positive" : " Negative", DemonstrationId = id };
            yield return new() { Kind = SegmentKind.Separator, Text = "\n\n", DemonstrationId = id };
        }

        yield return new() { Kind = SegmentKind.Query, Text = $"Input: {Text(variant + 11)}\nOutput:" };
    }
}
