using IclMesh.Inference.Core.Embedding;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Models;

/// <summary>A loaded sentence encoder with its tokenizer, cache and queue.</summary>
/// <remarks>
/// Texts are sorted by length and batched with texts of exactly the same length: nothing is padded, so a text's embedding does not depend
/// on its batch.
/// </remarks>
public sealed class SentenceEncoder : IDisposable
{
    private readonly ITextEncoder encoder;
    private readonly EncoderSettings settings;
    private readonly EmbeddingCache cache;
    private readonly AdmissionGate gate;
    private readonly TextAdmission admission;
    private readonly WorkerPool workers;
    private readonly TimeProvider time;
    private readonly int batchTokens;

    /// <summary>Wraps an encoder.</summary>
    /// <param name="source">Where it came from; its tensors may be closed already.</param>
    /// <param name="encoder">The encoder; owned by this object from now on.</param>
    /// <param name="limits">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    public SentenceEncoder(ModelSource source, ITextEncoder encoder, ServingSettings limits, WorkerPool workers, TimeProvider time)
    {
        Source = source;
        this.encoder = encoder;
        this.workers = workers;
        this.time = time;
        this.settings = source.Encoder ?? throw new ArgumentException("the source is no sentence encoder", nameof(source));
        cache = new(limits.EmbeddingCacheEntries);
        gate = new(limits.QueueLimit, workers.Workers, time);
        admission = new(limits.Memory, limits.MaxTextBytes, workers);
        batchTokens = limits.BatchTokens;
    }

    /// <summary>Where the model came from.</summary>
    public ModelSource Source { get; }

    /// <summary>What computes.</summary>
    public string Provider => encoder.Provider;

    /// <summary>Calls inside now, waiting ones included.</summary>
    public int Calls => gate.Inside;

    /// <summary>Loads an encoder.</summary>
    /// <param name="source">The opened model; its tensors are closed once the weights are loaded.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="workers">Threads, shared with other models.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    public static SentenceEncoder Load(
        ModelSource source, IModelEngine engine, ServingSettings settings, WorkerPool workers, TimeProvider time, CancellationToken cancellationToken)
    {
        var encoder = engine.LoadEncoder(source, exposeAttention: false, cancellationToken);
        source.Tensors.Dispose();
        return new(source, encoder, settings, workers, time);
    }

    /// <summary>Where special tokens written out in texts are recognised. Nowhere but in verification: the reference's values are of texts in which they are.</summary>
    internal SpecialTokenScope Scope { get; set; } = SpecialTokenScope.Nowhere;

    /// <summary>Embeds texts with the encoder's default prompt.</summary>
    /// <inheritdoc cref="EmbedAsync(IReadOnlyList{string}, string?, CancellationToken)"/>
    public Task<EmbeddingOutcome> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        EmbedAsync(texts, promptName: null, cancellationToken);

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="promptName">Name of one of the encoder's prompts; null for its default, empty for none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="MeshException">Queue full; a prompt that the encoder does not have; a prompt that leaves no room for a text; numbers that are not finite.</exception>
    public async Task<EmbeddingOutcome> EmbedAsync(IReadOnlyList<string> texts, string? promptName, CancellationToken cancellationToken)
    {
        var name = promptName ?? settings.DefaultPrompt ?? "";
        var prompt = name.Length == 0 ? "" : settings.Prompts.GetValueOrDefault(name) ?? throw UnknownPrompt(name);
        using var place = gate.Enter();
        using var memory = admission.Admit(texts, out var bytes);
        var start = time.GetTimestamp();
        TextDigest[] keys = [.. texts.Select(text => TextDigest.Of(prompt, text))];
        var (known, missing) = await admission.RunAsync(bytes, () => Look(prompt, texts, keys, cancellationToken), cancellationToken).ConfigureAwait(false);
        var tokenized = time.GetTimestamp();
        var queue = TimeSpan.Zero;
        foreach (var batch in Batches(missing))
        {
            var queued = time.GetTimestamp();
            var (vectors, begun) = await workers.RunAsync(
                () => (Run(batch, cancellationToken), time.GetTimestamp()), Turn.Interactive, cancellationToken).ConfigureAwait(false);
            queue += time.GetElapsedTime(queued, begun);
            foreach (var ((key, input), vector) in batch.Zip(vectors))
            {
                known[key] = new(vector, input.Uncut);
                cache.Add(key, known[key]);
            }
        }

        CachedEmbedding[] results = [.. keys.Select(key => known[key])];
        return new()
        {
            Vectors = [.. results.Select(result => result.Vector)],
            TokenCounts = [.. results.Select(result => result.TokenCount)],
            PromptName = name,
            Truncated = [.. Enumerable.Range(0, results.Length).Where(index => results[index].TokenCount > settings.MaximumTokens)],
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

    /// <summary>What the cache holds of some texts, and the tokens of the others.</summary>
    private (Dictionary<TextDigest, CachedEmbedding> Known, Dictionary<TextDigest, EncoderInput> Missing) Look(
        string prompt, IReadOnlyList<string> texts, TextDigest[] keys, CancellationToken cancellationToken)
    {
        var known = new Dictionary<TextDigest, CachedEmbedding>();
        var missing = new Dictionary<TextDigest, EncoderInput>();
        var skipped = SkippedTokens(prompt);
        for (var index = 0; index < texts.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (known.ContainsKey(keys[index]) || missing.ContainsKey(keys[index]))
            {
                continue;
            }

            if (cache.TryGet(keys[index], out var cached))
            {
                known[keys[index]] = cached;
            }
            else
            {
                missing[keys[index]] = Tokenize(prompt + texts[index], skipped);
            }
        }

        return (known, missing);
    }

    private float[][] Run(KeyValuePair<TextDigest, EncoderInput>[] batch, CancellationToken cancellationToken)
    {
        var length = batch[0].Value.Tokens.Length;
        var features = Source.Configuration.HiddenSize;
        var hidden = encoder.Encode(batch.SelectMany(entry => entry.Value.Tokens).ToArray(), length, cancellationToken);
        return [.. batch.Select((entry, index) => Finite.Require(
            TokenPooling.Apply(hidden.AsSpan(index * length * features, length * features), features, entry.Value.Skipped, settings), Source.Name, "embedding").ToArray())];
    }

    private IEnumerable<KeyValuePair<TextDigest, EncoderInput>[]> Batches(Dictionary<TextDigest, EncoderInput> texts) => texts
        .GroupBy(entry => entry.Value.Tokens.Length)
        .OrderBy(group => group.Key)
        .SelectMany(group => group.Chunk(Math.Max(1, batchTokens / group.Key)));

    /// <summary>Tokens of a prompt that is not pooled, the special ones before it included; the one that ends a text is not part of it.</summary>
    private int SkippedTokens(string prompt)
    {
        if (settings.PoolsPrompt || prompt.Length == 0)
        {
            return 0;
        }

        var tokens = Encode(prompt);
        var skipped = tokens.Count - Closing(tokens);
        return skipped < settings.MaximumTokens - 1
            ? skipped
            : throw MeshException.Invalid("prompt_name", $"is a prompt of {skipped} tokens, which leaves no room for a text in {settings.MaximumTokens}");
    }

    /// <summary>Tokenises as the reference does, which strips texts first, and cuts the text, not the special tokens that end it.</summary>
    private EncoderInput Tokenize(string text, int skipped)
    {
        var tokens = Encode(text);
        if (tokens.Count <= settings.MaximumTokens)
        {
            return new([.. tokens.Select(token => token.Id)], Math.Min(skipped, tokens.Count - 1), tokens.Count);
        }

        var closing = Closing(tokens);
        int[] cut =
        [
            .. tokens.Take(settings.MaximumTokens - closing).Select(token => token.Id),
            .. tokens.Skip(tokens.Count - closing).Select(token => token.Id),
        ];
        return new(cut, skipped, tokens.Count);
    }

    private IReadOnlyList<TokenSpan> Encode(string text)
    {
        var stripped = text.Trim();
        var tokens = Source.Tokenizer.Encode(settings.Lowercase ? PythonLowercase.Of(stripped) : stripped, addSpecialTokens: true, Scope);
        VocabularyCheck.Require(tokens.Select(token => token.Id), Source);
        return tokens;
    }

    private static int Closing(IReadOnlyList<TokenSpan> tokens) => tokens.Reverse().TakeWhile(token => token.Length == 0).Count();

    private MeshException UnknownPrompt(string name) => MeshException.Invalid(
        "prompt_name",
        $"'{(name.Length > 200 ? name[..200] : name)}' is none of the prompts of '{Source.Name}': {(settings.Prompts.Count == 0 ? "it has none" : string.Join(", ", settings.Prompts.Keys.Take(50)))}");

    /// <summary>A text to run.</summary>
    /// <param name="Tokens">Its tokens, cut where it was too long.</param>
    /// <param name="Skipped">Leading tokens that are not pooled.</param>
    /// <param name="Uncut">Tokens before it was cut.</param>
    private sealed record EncoderInput(int[] Tokens, int Skipped, int Uncut);
}
