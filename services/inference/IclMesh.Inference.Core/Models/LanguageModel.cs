using System.Runtime.CompilerServices;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded decoder with its tokenizer, prefix cache and queue.</summary>
public sealed class LanguageModel : IDisposable
{
    private const int DefaultTokens = 128;

    private readonly ITransformerModel model;
    private readonly PrefixCache cache;
    private readonly SequencePool sequences;
    private readonly ScoreTurns turns;
    private readonly AdmissionGate gate;
    private readonly AdmissionGate streams;
    private readonly TextAdmission texts;
    private readonly WorkerPool workers;
    private readonly TimeProvider time;
    private readonly long captureBytes;
    private readonly double minimumAgreement;

    /// <summary>Wraps a model.</summary>
    /// <param name="source">Where it came from; its tensors may be closed already.</param>
    /// <param name="model">The decoder; owned by this object from now on.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    public LanguageModel(ModelSource source, ITransformerModel model, ServingSettings settings, WorkerPool workers, TimeProvider time)
    {
        Source = source;
        this.model = model;
        this.workers = workers;
        this.time = time;
        captureBytes = settings.CaptureBytes;
        minimumAgreement = settings.MinimumAgreement;
        cache = new(source.Configuration, settings.PrefixCacheBytes);
        sequences = new(model, cache, workers.Workers);
        turns = new(source.Configuration, sequences, new(cache, time), workers, time);
        gate = new(settings.QueueLimit, workers.Workers, time);

        // Streams last as long as their readers like: they have places of their own and cannot take those of calls that wait for an answer.
        streams = new(Math.Max(1, settings.QueueLimit / 4), workers.Workers, time);
        texts = new(settings.Memory, settings.MaxTextBytes, workers);
        Encoder = new(source.Tokenizer, source.Configuration.ContextLength);
    }

    /// <summary>Where the model came from.</summary>
    public ModelSource Source { get; }

    /// <summary>How the linear layers compute.</summary>
    public string Precision => model.Precision;

    /// <summary>What computes.</summary>
    public string Provider => model.Provider;

    /// <summary>Attention, hidden states and the logit lens can be recorded.</summary>
    public bool HasTaps => model.HasTaps;

    /// <summary>Agreement of a reduced precision with fp32; null for fp32 itself and for exported graphs, which have no fp32 beside them.</summary>
    public PrecisionAgreement? Agreement { get; private init; }

    /// <summary>Calls inside now, waiting ones included.</summary>
    public int Calls => gate.Inside + streams.Inside;

    /// <summary>Bytes of the prefix cache.</summary>
    public long CacheBytes => cache.Bytes;

    /// <summary>Key-value buffers kept for the next calls, at most one for each thread.</summary>
    public int IdleSequences => sequences.Idle;

    /// <summary>Tokenises prompts.</summary>
    public PromptEncoder Encoder { get; }

    /// <summary>Loads a decoder.</summary>
    /// <param name="source">The opened model; its tensors are closed once the weights are loaded.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    public static LanguageModel Load(
        ModelSource source, IModelEngine engine, ServingSettings settings, WorkerPool workers, TimeProvider time, CancellationToken cancellationToken)
    {
        var model = engine.LoadDecoder(source, engine.Precision, cancellationToken);
        var exact = source.Graph is not null || model.Precision == AgreementProbe.ExactPrecision;
        var agreement = exact ? null : AgreementProbe.Find(source, model, engine, cancellationToken);
        source.Tensors.Dispose();
        return new(source, model, settings, workers, time) { Agreement = agreement };
    }

    /// <summary>Scores continuations of one context.</summary>
    /// <exception cref="MeshException">
    /// Prompt too long, queue full, a continuation without a token, attention of a model without taps, or a precision that disagrees with fp32 too often.
    /// </exception>
    public async Task<ScoreOutcome> ScoreAsync(ScoreCall call, CancellationToken cancellationToken)
    {
        RefuseDisagreement();
        RequireTaps(call.Poolings.Count > 0, "attention");
        using var place = gate.Enter();
        using var memory = texts.Admit([.. call.Segments.Select(segment => segment.Text), .. call.Choices], out var bytes);
        var start = time.GetTimestamp();
        var prompt = await texts.RunAsync(
            bytes,
            () => Known(call.Channel
                ? Encoder.EncodeChannel(call.Segments, call.Choices, call.Budget, cancellationToken)
                : Encoder.Encode(call.Segments, call.Choices, call.Budget, isFramed: false, cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        var tokenized = time.GetTimestamp();
        var (scores, begun) = await turns.QueueAsync(prompt, call.Poolings, cancellationToken).ConfigureAwait(false);
        var unconditional = call.Normalization == ScoreNormalization.Unconditional
            ? (await turns.QueueAsync(
                Known(Encoder.Encode([new(SegmentKind.Query, call.UnconditionalContext)], call.Choices, budget: null, isFramed: false, cancellationToken)), [], cancellationToken)
                .ConfigureAwait(false)).Scores
            : null;

        ScoredChoice[] choices =
        [
            .. call.Choices.Select((text, index) => new ScoredChoice(text, scores.Choices[index][prompt.ScoredFrom(index)..])
            {
                Unconditional = unconditional?.Choices[index].Sum(token => token.LogProbability),
            }),
        ];
        return new()
        {
            Choices = choices,
            Probabilities = LogSoftmax.Probabilities([.. choices.Select(choice => choice.Normalized(call.Normalization))]),
            ChoiceMass = scores.ChoiceMass,
            Prompt = prompt,
            Attention = scores.Attention,
            CachedTokens = scores.CachedTokens,
            Hash = ScoreHash.Compute(choices.Select(choice => choice.Tokens)),
            Times = new(
                time.GetElapsedTime(start, tokenized), time.GetElapsedTime(tokenized, begun), time.GetElapsedTime(begun)),
        };
    }

    /// <summary>Records attention, residual streams, keys and values of a prompt.</summary>
    /// <param name="call">What to record.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MeshException">Prompt too long, unknown layer, head or position, answer too large, or a site that the model does not have.</exception>
    public async Task<Recording> CaptureAsync(CaptureCall call, CancellationToken cancellationToken)
    {
        RequireTaps(call.Attention is not null, "attention");
        RequireTaps(call.Hidden is not null, "hidden");
        RequireTaps(call.Lens is not null, "lens");
        var hold = Enter(call.Segments.Select(segment => segment.Text), out var bytes);
        try
        {
            var prompt = await texts.RunAsync(bytes, () => Known(Encoder.Encode(call.Segments, [], call.Budget, isFramed: false, cancellationToken)), cancellationToken)
                .ConfigureAwait(false);
            var plan = new CapturePlan(call, Source.Configuration, prompt.Tokens.Length, captureBytes);
            hold.Memory.Reach(KeyValueBytes(prompt.Tokens.Length) + Math.Min(plan.Bytes, 2 * Capturer.BlockBytes));
            var blocks = Stream(prompt.Tokens, sequence => new Capturer(model, plan, prompt.Tokens, workers).RunAsync(sequence, cancellationToken), cancellationToken);
            return new(prompt, blocks, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Continues a text.</summary>
    /// <param name="call">How.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MeshException">The prompt leaves no room, a choice has no token of its own, or there is no place or memory now.</exception>
    public async Task<GenerationRun> GenerateAsync(GenerateCall call, CancellationToken cancellationToken)
    {
        var length = Source.Configuration.ContextLength;
        var tokens = call.MaxTokens ?? Math.Min(DefaultTokens, length);
        if (tokens > length)
        {
            throw MeshException.Invalid("max_tokens", $"must be at most {length}, the context of '{Source.Name}', is {tokens}");
        }

        var hold = Enter([call.Prompt, .. call.Choices], out var bytes);
        try
        {
            var segment = new PromptSegment(SegmentKind.Query, call.Prompt) { Scope = call.Scope };
            var prompt = await texts.RunAsync(bytes, () => Known(Encoder.Encode([segment], call.Choices, length - 1, call.IsFramed, cancellationToken)), cancellationToken)
                .ConfigureAwait(false);
            hold.Memory.Reach(KeyValueBytes(Math.Min(length, prompt.Tokens.Length + tokens)));
            var generator = new Generator(call, tokens, prompt.Tokens, prompt.Choices, Source, workers);
            var pieces = Stream(prompt.Tokens, sequence => generator.RunAsync(sequence, cancellationToken), cancellationToken);
            return new(prompt.Tokens.Length, generator, pieces, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sequences.Dispose();
        model.Dispose();
        Source.Dispose();
    }

    /// <summary>Scores on the calling thread.</summary>
    internal ContextScores Score(Prompt prompt, IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken) =>
        turns.Score(prompt, poolings, cancellationToken);

    private Prompt Known(Prompt prompt)
    {
        VocabularyCheck.Require([.. prompt.Tokens, .. prompt.Choices.SelectMany(choice => choice)], Source);
        return prompt;
    }

    private void RequireTaps(bool wanted, string field)
    {
        if (wanted && !model.HasTaps)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.CapabilityMissing,
                $"{field}: '{Source.Name}' is an exported graph, which returns logits, keys and values only; its safetensors or GGUF file can show more");
        }
    }

    private void RefuseDisagreement()
    {
        if (Agreement is { } agreement && agreement.SameLabel < minimumAgreement)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.CapabilityMissing,
                $"'{Source.Name}' in {Precision} answers as fp32 does on {agreement.SameLabel:0.000} of {agreement.Prompts} prompts, "
                + $"below the minimum agreement of {minimumAgreement:0.000}; use fp32, or lower the minimum to accept such scores");
        }
    }

    /// <summary>A stream's place, and memory for its texts.</summary>
    private CallHold Enter(IEnumerable<string> words, out long bytes)
    {
        var place = streams.Enter();
        try
        {
            return new(place, texts.Admit(words, out bytes));
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private long KeyValueBytes(int tokens) =>
        2L * sizeof(float) * Source.Configuration.Layers * Source.Configuration.KeyValueHeads * Source.Configuration.HeadSize * tokens;

    /// <summary>Runs a stream in a sequence of its own, which is given back however the stream ends.</summary>
    private async IAsyncEnumerable<T> Stream<T>(
        int[] tokens, Func<DecoderSequence, IAsyncEnumerable<T>> run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sequence = sequences.Rent(tokens);
        try
        {
            await foreach (var item in run(sequence).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            sequences.Return(sequence);
        }
    }
}
