using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Opening;

namespace IclMesh.Fuzz.Mutants;

/// <summary>Loads a model folder, asks it for numbers, and says what came: numbers, a refusal, or a fault.</summary>
/// <param name="folder">Folder to work in; weights are cached below it, as between two starts of a service.</param>
internal sealed class MutantProbe(string folder)
{
    public const string Text = "the quick brown fox";
    public static readonly IReadOnlyList<string> Choices = [" a", " jumps over", "b"];

    private readonly string model = Path.Combine(folder, "model");
    private readonly string cache = Path.Combine(folder, "weights");

    /// <summary>Numbers of a model, or the message of a refusal; anything but a refusal is a fault and thrown.</summary>
    public async Task<MutantResult> RunAsync(ModelFiles files, CancellationToken cancellationToken)
    {
        if (Directory.Exists(model))
        {
            Directory.Delete(model, recursive: true);
        }

        files.Write(model);
        try
        {
            await using var workers = new WorkerPool(1);
            var engine = new OnnxEngine(new(cache) { CacheBytes = 256 << 20 });
            var settings = new ServingSettings { Workers = 1 };
            var source = ModelSources.Open(model);
            if (source.Configuration.Family == ModelFamily.Bert)
            {
                using var encoder = SentenceEncoder.Load(source, engine, settings, workers, TimeProvider.System, cancellationToken);
                var outcome = await encoder.EmbedAsync([Text, "a b c"], cancellationToken);
                return new([.. outcome.Vectors.SelectMany(vector => vector).Select(value => (double)value)], null)
                {
                    Tokens = [.. source.Tokenizer.Encode(Text, addSpecialTokens: true).Select(token => token.Id)],
                };
            }

            using var language = LanguageModel.Load(source, engine, settings, workers, TimeProvider.System, cancellationToken);
            var scored = await language.ScoreAsync(new() { Segments = [new(SegmentKind.Query, Text)], Choices = Choices }, cancellationToken);
            using var run = await language.GenerateAsync(new GenerateCall { Prompt = Text, MaxTokens = 4 }, cancellationToken);
            await foreach (var piece in run.Pieces)
            {
                // What it says depends on end tokens; that it runs is what matters here.
                _ = piece;
            }

            return new([.. scored.Choices.SelectMany(choice => choice.Tokens).Select(token => token.LogProbability)], null)
            {
                Tokens = [.. scored.Prompt.Tokens],
                ChoiceTokens = [.. scored.Choices.Select(choice => choice.Tokens.Select(token => token.Id).ToArray())],
            };
        }
        catch (MeshException refusal)
        {
            return new([], refusal.Message);
        }
    }
}
