using System.Text.Json;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core.Models;

/// <summary>Measures once, when a model is first loaded in a reduced precision, how far its scores may be trusted.</summary>
/// <remarks>The result lies beside the weight file. The measurement holds the fp32 weights in memory too, for as long as it takes.</remarks>
internal static class AgreementProbe
{
    /// <summary>What the others are measured against.</summary>
    public const string ExactPrecision = "fp32";

    private const int Shots = 4;

    private static readonly JsonSerializerOptions Tuples = new() { IncludeFields = true };

    /// <summary>Raised whenever a precision computes otherwise than before.</summary>
    private const int Revision = 2;

    /// <summary>Steps between the demonstrations of a prompt; none divides the number of texts, so none shows a text its own label.</summary>
    private static readonly int[] Strides = [5, 7, 11, 13];
    private static readonly string[] Labels = [" negative", " positive"];

    private static readonly (string Text, int Label)[] Texts =
    [
        ("the plot is thin and the jokes fall flat", 0), ("a warm and funny story that stays with you", 1),
        ("the battery died after two days", 0), ("fast delivery and it works perfectly", 1),
        ("an hour too long and badly acted", 0), ("she gives the best performance of her career", 1),
        ("the room was dirty and the staff rude", 0), ("a quiet hotel with a lovely view", 1),
        ("it broke the first time i used it", 0), ("worth every penny, i would buy it again", 1),
        ("cold food and a very long wait", 0), ("the freshest fish i have had in years", 1),
        ("confusing, noisy and pointless", 0), ("clever, tense and beautifully shot", 1),
        ("the support team never answered", 0), ("they solved my problem within minutes", 1),
        ("a lazy sequel without a single idea", 0), ("a delight from the first scene to the last", 1),
        ("the fabric faded after one wash", 0), ("soft, warm and true to size", 1),
        ("the course taught me nothing new", 0), ("clear explanations and useful exercises", 1),
        ("i regret the money and the evening", 0), ("i left the theatre smiling", 1),
    ];

    /// <summary>Reads the recorded agreement, or measures and records it.</summary>
    /// <param name="source">The model, its tensors still open.</param>
    /// <param name="reduced">The model in its reduced precision.</param>
    /// <param name="engine">Loads the exact model, and keeps the record in its cache folder.</param>
    /// <param name="cancellationToken">Checked between prompts.</param>
    public static PrecisionAgreement Find(
        ModelSource source, ITransformerModel reduced, IModelEngine engine, CancellationToken cancellationToken)
    {
        var version = source.Identity.Version(reduced.Precision);
        var path = Path.Combine(engine.CacheFolder, $"{version}.agreement-{Strides.Length * Texts.Length}.v{Revision}.json");
        if (Read(path, version) is { } known)
        {
            return known;
        }

        using var exact = engine.LoadDecoder(source, ExactPrecision, cancellationToken);
        var measured = Measure(exact, reduced, source, cancellationToken);
        Write(path, new(version, measured, Checksum(version, measured)));
        return measured;
    }

    /// <summary>A record that is whole and belongs to this model; null where there is none, so that it is measured anew.</summary>
    private static PrecisionAgreement? Read(string path, string version)
    {
        try
        {
            return File.Exists(path)
                && JsonSerializer.Deserialize<AgreementRecord>(File.ReadAllBytes(path)) is { Agreement: { } agreement } record
                && record.Version == version
                && record.Checksum == Checksum(version, agreement)
                    ? agreement
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            return null;
        }
    }

    private static void Write(string path, AgreementRecord record)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        using (var file = PrivateFiles.Create(draft))
        {
            JsonSerializer.Serialize(file, record);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static string Checksum(string version, PrecisionAgreement agreement) => ModelIdentity.Digest(JsonSerializer.SerializeToUtf8Bytes((version, agreement), Tuples));

    private static PrecisionAgreement Measure(
        ITransformerModel exact, ITransformerModel reduced, ModelSource source, CancellationToken cancellationToken)
    {
        var encoder = new PromptEncoder(source.Tokenizer, source.Configuration.ContextLength);
        var (same, squares) = (0, 0.0);
        for (var number = 0; number < Strides.Length * Texts.Length; number++)
        {
            var (query, stride) = (number % Texts.Length, Strides[number / Texts.Length]);
            var demonstrations = Enumerable.Range(1, Shots).Select(step => Texts[(query + (stride * step)) % Texts.Length]);
            var text = string.Concat(demonstrations.Select(shot => $"Input: {shot.Text}\nOutput:{Labels[shot.Label]}\n\n"));
            var prompt = encoder.Encode([new(SegmentKind.Query, $"{text}Input: {Texts[query].Text}\nOutput:")], Labels, budget: null, isFramed: false, cancellationToken);
            var (expected, actual) = (Margin(exact, prompt, cancellationToken), Margin(reduced, prompt, cancellationToken));
            same += Math.Sign(expected) == Math.Sign(actual) ? 1 : 0;
            squares += (expected - actual) * (expected - actual);
        }

        var prompts = Strides.Length * Texts.Length;
        return new(prompts, (double)same / prompts, Math.Sqrt(squares / prompts));
    }

    private static double Margin(ITransformerModel model, Prompt prompt, CancellationToken cancellationToken)
    {
        using var sequence = new DecoderSequence(model, new PrefixCache(model.Configuration, 0));
        var scores = ContextScorer.Score(sequence, model.Configuration, prompt, [], cancellationToken).Choices;
        return scores[1].Sum(token => token.LogProbability) - scores[0].Sum(token => token.LogProbability);
    }

    /// <summary>What lies in the cache.</summary>
    /// <param name="Version">Version of the model in its precision.</param>
    /// <param name="Agreement">What was measured.</param>
    /// <param name="Checksum">Of both.</param>
    private sealed record AgreementRecord(string Version, PrecisionAgreement Agreement, string Checksum);
}
