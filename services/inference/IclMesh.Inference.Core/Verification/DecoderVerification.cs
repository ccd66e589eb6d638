using System.Text.Json;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Scheduling;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>expected.json</c> and <c>expected.safetensors</c> beside a decoder: every row of every quantity.</summary>
internal sealed class DecoderVerification(ITransformerModel model, string source)
{
    private readonly Comparison logits = new(source, "logits, all rows", Tolerances.Logits);
    private readonly Comparison attention = new(source, "attention, all rows", Tolerances.Attention(1));
    private readonly Comparison lastAttention = new(source, "attention, last row", Tolerances.Attention(1));
    private readonly Comparison hidden = new(source, "hidden states, relative", Tolerances.Relative);
    private readonly Comparison keys = new(source, "keys, relative", Tolerances.Relative);
    private readonly Comparison values = new(source, "values, relative", Tolerances.Relative);

    /// <summary>Runs every text.</summary>
    /// <param name="expected">The expected tensors.</param>
    /// <param name="prefix">Stands before the number of a text, for example <c>Q8_0.</c>.</param>
    /// <param name="texts">Token ids of each text.</param>
    /// <param name="cancellationToken">Checked between texts.</param>
    public IEnumerable<VerificationCheck> Run(
        GoldenTensors expected, string prefix, IReadOnlyList<int[]> texts, CancellationToken cancellationToken)
    {
        for (var index = 0; index < texts.Count; index++)
        {
            Compare(expected, $"{prefix}{index}.", texts[index], cancellationToken);
        }

        return new[] { logits, attention, lastAttention, hidden, keys, values }
            .Select(comparison => comparison.Check)
            .Where(check => check.Compared > 0);
    }

    /// <summary>Token ids of the texts of an <c>expected.json</c>.</summary>
    public static IReadOnlyList<int[]> Texts(JsonElement list) =>
        [.. list.EnumerateArray().Select(text => text.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())];

    private void Compare(GoldenTensors expected, string key, int[] tokens, CancellationToken cancellationToken)
    {
        using var sequence = new DecoderSequence(model, new PrefixCache(model.Configuration, 0));
        sequence.Begin(tokens, 0, tokens.Length);
        int[] all = [.. Enumerable.Range(0, tokens.Length)];
        var pass = new ForwardPass { Tokens = tokens, Past = 0, LogitRows = all, HiddenRows = all, AttentionRows = all };
        using var result = sequence.Append(pass, cancellationToken);
        var configuration = model.Configuration;
        var (heads, size, width) = (configuration.Heads, configuration.HiddenSize, configuration.VocabularySize);

        EachRow(expected, $"{key}logits", width, (row, values) => logits.Add(values, result.Logits(row), $"{key}logits, row {row}"));
        EachRow(expected, $"{key}attention", tokens.Length, (row, values) => attention.Add(
            values,
            result.Attention(row / tokens.Length / heads, row / tokens.Length % heads, row % tokens.Length),
            $"{key}attention, row {row}"));
        EachRow(expected, $"{key}attention_last", tokens.Length, (head, values) => lastAttention.Add(
            values, result.Attention(head / heads, head % heads, tokens.Length - 1), $"{key}attention_last, head {head}"));
        EachRow(expected, $"{key}hidden", size, (row, values) => hidden.AddRelative(
            values, result.Hidden(row / tokens.Length, row % tokens.Length), $"{key}hidden, row {row}"));
        CompareMemory(expected, key, sequence.Buffer, tokens.Length);
    }

    private void CompareMemory(GoldenTensors expected, string key, KeyValueBuffer buffer, int length)
    {
        var (heads, size) = (model.Configuration.KeyValueHeads, model.Configuration.HeadSize);
        EachRow(expected, $"{key}keys", length * size, (head, expectedKeys) => keys.AddRelative(
            expectedKeys, buffer.Keys(head / heads, head % heads)[..(length * size)], $"{key}keys, head {head}"));
        EachRow(expected, $"{key}values", length * size, (head, expectedValues) => values.AddRelative(
            expectedValues, buffer.Values(head / heads, head % heads)[..(length * size)], $"{key}values, head {head}"));
    }

    private delegate void RowComparer(int row, ReadOnlySpan<float> values);

    private static void EachRow(GoldenTensors expected, string name, int length, RowComparer compare)
    {
        if (!expected.Has(name))
        {
            return;
        }

        var tensor = expected.Floats(name);
        for (var row = 0; row < tensor.Length / length; row++)
        {
            compare(row, tensor.AsSpan(row * length, length));
        }
    }
}
