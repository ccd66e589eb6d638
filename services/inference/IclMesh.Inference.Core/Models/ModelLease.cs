namespace IclMesh.Inference.Core.Models;

/// <summary>A call's hold on a loaded model; ends when disposed.</summary>
public sealed class ModelLease : IDisposable
{
    private int released;

    internal ModelLease(LoadedModel model) => Model = model;

    /// <summary>The model.</summary>
    public LoadedModel Model { get; }

    /// <summary>The decoder.</summary>
    /// <exception cref="MeshException"><see cref="ErrorReasons.CapabilityMissing"/> where the model is no decoder.</exception>
    public LanguageModel Language =>
        Model.Language ?? throw Missing($"'{Model.Source.Name}' is a sentence encoder and cannot score, generate or capture");

    /// <summary>The encoder.</summary>
    /// <exception cref="MeshException"><see cref="ErrorReasons.CapabilityMissing"/> where the model is no sentence encoder.</exception>
    public SentenceEncoder Encoder => Model.Encoder ?? throw Missing($"'{Model.Source.Name}' is a language model and no sentence encoder");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
        {
            Model.Release();
        }
    }

    private static MeshException Missing(string message) => new(ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, message);
}
