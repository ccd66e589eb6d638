using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded decoder with its tokenizer, prefix cache and queue.</summary>
public sealed class LanguageModel : IDisposable
{
    private readonly ITransformerModel model;
    private readonly PrefixCache cache;
    private readonly SequencePool sequences;
    private readonly AdmissionGate gate;
    private readonly WorkerPool workers;
    private readonly TimeProvider time;

    /// <summary>Wraps a model.</summary>
    /// <param name="source">Where it came from; its tensors may be closed already.</param>
    /// <param name="model">The decoder; owned by this object from now on.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    public LanguageModel(ModelSource source, ITransformerModel model, EngineSettings settings, WorkerPool workers, TimeProvider time)
    {
        Source = source;
        this.model = model;
        this.workers = workers;
        this.time = time;
        cache = new(source.Configuration, settings.PrefixCacheBytes);
        sequences = new(model, cache);
        gate = new(settings.QueueLimit, workers.Workers, time);
        Encoder = new(source.Tokenizer, source.Configuration.ContextLength);
    }

    /// <summary>Where the model came from.</summary>
    public ModelSource Source { get; }

    /// <summary>How the linear layers compute.</summary>
    public string Precision => model.Precision;

    /// <summary>What computes.</summary>
    public string Provider => model.Provider;

    /// <summary>Calls inside now, waiting ones included.</summary>
    public int Calls => gate.Inside;

    /// <summary>Bytes of the prefix cache.</summary>
    public long CacheBytes => cache.Bytes;

    /// <summary>Tokenises prompts.</summary>
    public PromptEncoder Encoder { get; }

    /// <summary>Loads a decoder.</summary>
    /// <param name="source">The opened model; its tensors are closed once the weights are loaded.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    public static LanguageModel Load(
        ModelSource source, EngineSettings settings, WorkerPool workers, TimeProvider time, CancellationToken cancellationToken)
    {
        var model = OnnxTransformerModel.Load(source, settings.Onnx, cancellationToken);
        source.Tensors.Dispose();
        return new(source, model, settings, workers, time);
    }

    /// <summary>Scores continuations of one context.</summary>
    /// <exception cref="MeshException">Prompt too long, queue full, or a continuation without a token.</exception>
    public async Task<ScoreOutcome> ScoreAsync(ScoreCall call, CancellationToken cancellationToken)
    {
        using var place = gate.Enter();
        var start = time.GetTimestamp();
        var prompt = Encoder.Encode(call.Segments, call.Choices, call.Budget);
        var tokenized = time.GetTimestamp();
        var (scores, begun) = await workers.RunAsync(
            () =>
            {
                var begun = time.GetTimestamp();
                return (Score(prompt, call.Poolings, cancellationToken), begun);
            },
            cancellationToken).ConfigureAwait(false);

        ScoredChoice[] choices = [.. call.Choices.Zip(scores.Choices, (text, tokens) => new ScoredChoice(text, tokens))];
        return new()
        {
            Choices = choices,
            Probabilities = LogSoftmax.Probabilities([.. choices.Select(choice => choice.Normalized(call.Normalization))]),
            ChoiceMass = scores.ChoiceMass,
            Prompt = prompt,
            Attention = scores.Attention,
            CachedTokens = scores.CachedTokens,
            Hash = ScoreHash.Compute(scores.Choices),
            Times = new(
                time.GetElapsedTime(start, tokenized), time.GetElapsedTime(tokenized, begun), time.GetElapsedTime(begun)),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sequences.Dispose();
        model.Dispose();
        Source.Dispose();
    }

    /// <summary>Scores on the calling thread.</summary>
    internal ContextScores Score(Prompt prompt, IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken)
    {
        var sequence = sequences.Rent(prompt.Tokens);
        try
        {
            return ContextScorer.Score(sequence, Source.Configuration, prompt, poolings, cancellationToken);
        }
        finally
        {
            sequences.Return(sequence);
        }
    }
}
