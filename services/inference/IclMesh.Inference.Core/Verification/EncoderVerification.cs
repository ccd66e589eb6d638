using System.Text.Json;
using IclMesh.Inference.Core.Embedding;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>expected.json</c> and <c>expected.safetensors</c> of an encoder: hidden states and attention, or embeddings of texts.</summary>
internal static class EncoderVerification
{
    /// <summary>Hidden states, attention and mean-pooled rows of token ids.</summary>
    public static IEnumerable<VerificationCheck> Run(
        ModelSource source, IModelEngine engine, string name, string golden, CancellationToken cancellationToken)
    {
        using var encoder = engine.LoadEncoder(source, exposeAttention: true, cancellationToken);
        using var expected = new GoldenTensors(Path.Combine(golden, "expected.safetensors"));
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "expected.json")));
        var hidden = new Comparison(name, "hidden states, last layer", Tolerances.Logits);
        var attention = new Comparison(name, "attention, all rows", Tolerances.Attention(1));
        var pooled = new Comparison(name, "mean-pooled", Tolerances.Embedding);
        var normalized = new Comparison(name, "mean-pooled, length 1", Tolerances.Embedding);
        var texts = DecoderVerification.Texts(list.RootElement);
        for (var index = 0; index < texts.Count; index++)
        {
            var states = encoder.Encode(texts[index], texts[index].Length, cancellationToken);
            hidden.Add(expected.Floats($"{index}.last_hidden"), states, $"text {index}");
            attention.Add(
                expected.Floats($"{index}.attention"),
                [.. encoder.Attention(texts[index], cancellationToken).SelectMany(layer => layer)],
                $"text {index}");
            var size = source.Configuration.HiddenSize;
            pooled.Add(expected.Floats($"{index}.mean_pooled"), TokenPooling.Apply(states, size, skipped: 0, new("mean", false, int.MaxValue)), $"text {index}");
            normalized.Add(
                expected.Floats($"{index}.mean_pooled_normalized"),
                TokenPooling.Apply(states, size, skipped: 0, new("mean", true, int.MaxValue)),
                $"text {index}");
        }

        return new[] { hidden, attention, pooled, normalized }.Select(comparison => comparison.Check);
    }

    /// <summary>Embeddings of texts, through tokenizer, truncation and pooling.</summary>
    public static async Task<IReadOnlyList<VerificationCheck>> EmbedAsync(
        SentenceEncoder encoder, string name, string golden, CancellationToken cancellationToken)
    {
        using var expected = new GoldenTensors(Path.Combine(golden, "expected.safetensors"));
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "expected.json")));
        var lengths = new Comparison(name, "token counts after truncation, texts that differ", 0);
        var vectors = new Comparison(name, "embeddings", Tolerances.Embedding);
        string[] texts = [.. list.RootElement.EnumerateArray().Select(text => text.GetProperty("text").GetString()!)];
        encoder.Scope = SpecialTokenScope.Everywhere;
        var outcome = await encoder.EmbedAsync(texts, cancellationToken).ConfigureAwait(false);
        var embeddings = expected.Floats("embeddings");
        var size = encoder.Source.Configuration.HiddenSize;
        var limit = encoder.Source.Encoder!.MaximumTokens;
        for (var index = 0; index < texts.Length; index++)
        {
            var count = list.RootElement[index].GetProperty("ids").GetArrayLength();
            lengths.AddExact(Math.Min(limit, outcome.TokenCounts[index]) == count, $"text {index}");
            vectors.Add(embeddings.AsSpan(index * size, size), outcome.Vectors[index], $"text {index}");
        }

        return [lengths.Check, vectors.Check];
    }
}
