using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded model, a decoder or a sentence encoder, and the calls that use it.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int leases;
    private bool closing;

    private LoadedModel(ModelSource source) => Source = source;

    /// <summary>Where it came from.</summary>
    public ModelSource Source { get; }

    /// <summary>The decoder; null for an encoder.</summary>
    public LanguageModel? Language { get; private init; }

    /// <summary>The encoder; null for a decoder.</summary>
    public SentenceEncoder? Encoder { get; private init; }

    /// <summary>How the linear layers compute.</summary>
    public string Precision => Language?.Precision ?? "fp32";

    /// <summary>Version of the model in its precision.</summary>
    public string Version => Source.Identity.Version(Precision);

    /// <summary>What computes.</summary>
    public string Provider => Language?.Provider ?? Encoder!.Provider;

    /// <summary>Calls inside now.</summary>
    public int Calls => Language?.Calls ?? Encoder!.Calls;

    /// <summary>Wraps a decoder.</summary>
    public static LoadedModel Of(LanguageModel model) => new(model.Source) { Language = model };

    /// <summary>Wraps an encoder.</summary>
    public static LoadedModel Of(SentenceEncoder encoder) => new(encoder.Source) { Encoder = encoder };

    /// <summary>Keeps the model loaded while a call lasts; null where it is being unloaded.</summary>
    public ModelLease? TryLease()
    {
        lock (gate)
        {
            if (closing)
            {
                return null;
            }

            leases++;
            return new(this);
        }
    }

    /// <summary>Refuses further calls and waits until those inside have ended.</summary>
    public Task DrainAsync()
    {
        lock (gate)
        {
            closing = true;
            if (leases == 0)
            {
                drained.TrySetResult();
            }
        }

        return drained.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Language?.Dispose();
        Encoder?.Dispose();
    }

    /// <summary>Ends a call.</summary>
    internal void Release()
    {
        lock (gate)
        {
            if (--leases == 0 && closing)
            {
                drained.TrySetResult();
            }
        }
    }
}
