using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Tests.Embedded;

/// <summary>The committed models, loaded once for all tests through the ordinary engine.</summary>
public sealed class EmbeddedModels : IAsyncDisposable
{
    private readonly string cache = Path.Combine(Path.GetTempPath(), $"iclmesh-embedded-{Guid.NewGuid():N}");
    private readonly WorkerPool workers = new(1);

    public EmbeddedModels()
    {
        var engine = new OnnxEngine(new(cache));
        var settings = new ServingSettings { Workers = 1 };
        Tiny = LanguageModel.Load(Open("iclmesh-tiny"), engine, settings, workers, TimeProvider.System, CancellationToken.None);
        Encoder = SentenceEncoder.Load(Open("iclmesh-tiny-embed"), engine, settings, workers, TimeProvider.System, CancellationToken.None);
    }

    public LanguageModel Tiny { get; }

    public SentenceEncoder Encoder { get; }

    /// <summary>The prompt of an episode, in the format that the model's card states.</summary>
    public static ScoreCall Call(IReadOnlyList<(string Text, string Label)> demonstrations, string query, IReadOnlyList<string> labels)
    {
        var segments = new List<PromptSegment>();
        foreach (var ((text, label), index) in demonstrations.Select((demonstration, index) => (demonstration, index)))
        {
            segments.Add(new(SegmentKind.DemonstrationInput, $"[IN] {text} [OUT]", $"{index}") { Scope = SpecialTokenScope.Everywhere });
            segments.Add(new(SegmentKind.DemonstrationLabel, $" {label}", $"{index}"));
            segments.Add(new(SegmentKind.Separator, " [NL] ", $"{index}") { Scope = SpecialTokenScope.Everywhere });
        }

        segments.Add(new(SegmentKind.Query, $"[IN] {query} [OUT]") { Scope = SpecialTokenScope.Everywhere });
        return new() { Segments = segments, Choices = [.. labels.Select(label => $" {label}")], Poolings = [AttentionPooling.Tail] };
    }

    public async ValueTask DisposeAsync()
    {
        await workers.DisposeAsync();
        Tiny.Dispose();
        Encoder.Dispose();
        if (Directory.Exists(cache))
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static ModelSource Open(string name) => ModelSources.Open(Path.Combine(AppContext.BaseDirectory, "models", name));
}
