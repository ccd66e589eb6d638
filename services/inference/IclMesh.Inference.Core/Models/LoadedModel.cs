using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded model: a decoder or a sentence encoder.</summary>
public sealed class LoadedModel : IDisposable
{
    private LoadedModel(ModelSource source) => Source = source;

    /// <summary>Where it came from.</summary>
    public ModelSource Source { get; }

    /// <summary>The decoder; null for an encoder.</summary>
    public LanguageModel? Language { get; private init; }

    /// <summary>The encoder; null for a decoder.</summary>
    public SentenceEncoder? Encoder { get; private init; }

    /// <summary>How the linear layers compute.</summary>
    public string Precision => Language?.Precision ?? "fp32";

    /// <summary>What computes.</summary>
    public string Provider => Language?.Provider ?? Encoder!.Provider;

    /// <summary>Calls inside now.</summary>
    public int Calls => Language?.Calls ?? Encoder!.Calls;

    /// <summary>Wraps a decoder.</summary>
    public static LoadedModel Of(LanguageModel model) => new(model.Source) { Language = model };

    /// <summary>Wraps an encoder.</summary>
    public static LoadedModel Of(SentenceEncoder encoder) => new(encoder.Source) { Encoder = encoder };

    /// <inheritdoc/>
    public void Dispose()
    {
        Language?.Dispose();
        Encoder?.Dispose();
    }
}
