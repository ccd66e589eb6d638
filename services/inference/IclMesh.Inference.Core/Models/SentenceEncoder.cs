using IclMesh.Inference.Core.Embedding;
using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Tokenization;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded sentence encoder with its tokenizer, cache and queue.</summary>
/// <remarks>
/// Texts are sorted by length and batched with texts of exactly the same length: nothing is padded, so a text's embedding does not depend
/// on its batch.
/// </remarks>
public sealed class SentenceEncoder : IDisposable
{
    private readonly ITextEncoder encoder;
    private readonly EncoderSettings pooling;
    private readonly EmbeddingCache cache;
    private readonly AdmissionGate gate;
    private readonly WorkerPool workers;
    private readonly TimeProvider time;
    private readonly int batchTokens;

    /// <summary>Wraps an encoder.</summary>
    /// <param name="source">Where it came from; its tensors may be closed already.</param>
    /// <param name="encoder">The encoder; owned by this object from now on.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    public SentenceEncoder(ModelSource source, ITextEncoder encoder, EngineSettings settings, WorkerPool workers, TimeProvider time)
    {
        Source = source;
        this.encoder = encoder;
        this.workers = workers;
        this.time = time;
        pooling = source.Encoder ?? throw new ArgumentException("the source is no sentence encoder", nameof(source));
        cache = new(settings.EmbeddingCacheEntries);
        gate = new(settings.QueueLimit, workers.Workers, time);
        batchTokens = settings.BatchTokens;
        Provider = settings.Onnx.Provider;
    }

    /// <summary>Where the model came from.</summary>
    public ModelSource Source { get; }

    /// <summary>What computes.</summary>
    public string Provider { get; }

    /// <summary>Calls inside now, waiting ones included.</summary>
    public int Calls => gate.Inside;

    /// <summary>Loads an encoder.</summary>
    /// <param name="source">The opened model; its tensors are closed once the weights are loaded.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    public static SentenceEncoder Load(
        ModelSource source, EngineSettings settings, WorkerPool workers, TimeProvider time, CancellationToken cancellationToken)
    {
        var encoder = OnnxTextEncoder.Load(source, settings.Onnx, exposeAttention: false, cancellationToken);
        source.Tensors.Dispose();
        return new(source, encoder, settings, workers, time);
    }

    /// <summary>Where special tokens written out in texts are recognised. Nowhere but in verification: the reference's values are of texts in which they are.</summary>
    internal SpecialTokenScope Scope { get; set; } = SpecialTokenScope.Nowhere;

    /// <summary>Embeds texts.</summary>
    /// <exception cref="MeshException">Queue full.</exception>
    public async Task<EmbeddingOutcome> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using var place = gate.Enter();
        var start = time.GetTimestamp();
        var results = new CachedEmbedding[texts.Count];
        UInt128[] keys = [.. texts.Select(EmbeddingCache.Key)];
        var missing = new Dictionary<UInt128, int[]>();
        var counts = new Dictionary<UInt128, int>();
        for (var index = 0; index < texts.Count; index++)
        {
            if (!cache.TryGet(keys[index], out results[index]!) && !missing.ContainsKey(keys[index]))
            {
                var tokens = Source.Tokenizer.Encode(texts[index], addSpecialTokens: true, Scope);
                counts[keys[index]] = tokens.Count;
                missing[keys[index]] = Cut(tokens);
            }
        }

        var tokenized = time.GetTimestamp();
        var queue = TimeSpan.Zero;
        foreach (var batch in Batches(missing))
        {
            var queued = time.GetTimestamp();
            var (vectors, begun) = await workers.RunAsync(
                () => (Run(batch, cancellationToken), time.GetTimestamp()), cancellationToken).ConfigureAwait(false);
            queue += time.GetElapsedTime(queued, begun);
            foreach (var (entry, vector) in batch.Zip(vectors))
            {
                cache.Add(entry.Key, new(vector, counts[entry.Key]));
                for (var index = 0; index < keys.Length; index++)
                {
                    results[index] ??= keys[index] == entry.Key ? new(vector, counts[entry.Key]) : null!;
                }
            }
        }

        return new()
        {
            Vectors = [.. results.Select(result => result.Vector)],
            TokenCounts = [.. results.Select(result => result.TokenCount)],
            Truncated = [.. Enumerable.Range(0, results.Length).Where(index => results[index].TokenCount > pooling.MaximumTokens)],
            CachedTexts = keys.Count(key => !missing.ContainsKey(key)),
            Times = new(time.GetElapsedTime(start, tokenized), queue, time.GetElapsedTime(tokenized) - queue),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        encoder.Dispose();
        Source.Dispose();
    }

    private float[][] Run(List<KeyValuePair<UInt128, int[]>> batch, CancellationToken cancellationToken)
    {
        var length = batch[0].Value.Length;
        var features = Source.Configuration.HiddenSize;
        var hidden = encoder.Encode(batch.SelectMany(entry => entry.Value).ToArray(), length, cancellationToken);
        return [.. batch.Select((_, index) =>
            Pooling.Apply(hidden.AsSpan(index * length * features, length * features), features, pooling))];
    }

    private IEnumerable<List<KeyValuePair<UInt128, int[]>>> Batches(Dictionary<UInt128, int[]> texts)
    {
        foreach (var sameLength in texts.GroupBy(entry => entry.Value.Length).OrderBy(group => group.Key))
        {
            foreach (var batch in sameLength.Chunk(Math.Max(1, batchTokens / sameLength.Key)))
            {
                yield return [.. batch];
            }
        }
    }

    /// <summary>Cuts the text, not the special tokens that end it.</summary>
    private int[] Cut(IReadOnlyList<TokenSpan> tokens)
    {
        if (tokens.Count <= pooling.MaximumTokens)
        {
            return [.. tokens.Select(token => token.Id)];
        }

        var closing = tokens.Reverse().TakeWhile(token => token.Length == 0).Count();
        return
        [
            .. tokens.Take(pooling.MaximumTokens - closing).Select(token => token.Id),
            .. tokens.Skip(tokens.Count - closing).Select(token => token.Id),
        ];
    }
}
