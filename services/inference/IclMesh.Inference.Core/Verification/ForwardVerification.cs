using System.Text.Json;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>forward.json</c> and <c>forward/NAME.safetensors</c>: everything that a decoder computes for whole prompts.</summary>
internal sealed class ForwardVerification(ITransformerModel model)
{
    private const string Folder = "forward";
    private readonly Comparison logits = new(Folder, "logits, last row", Tolerances.Logits);
    private readonly Comparison logProbabilities = new(Folder, "token log-probabilities", Tolerances.LogProbability);
    private readonly Comparison shortAttention = new(Folder, "attention, last row, up to 512 tokens", Tolerances.Attention(512));
    private readonly Comparison longAttention = new(Folder, "attention, last row, beyond 512 tokens", Tolerances.Attention(513));
    private readonly Comparison fullAttention = new(Folder, "attention, all rows", Tolerances.Attention(512));
    private readonly Comparison hidden = new(Folder, "hidden states, relative", Tolerances.Relative);
    private readonly Comparison keys = new(Folder, "keys, relative", Tolerances.Relative);
    private readonly Comparison plainKeys = new(Folder, "keys before rotation, relative", Tolerances.Relative);
    private readonly Comparison values = new(Folder, "values, relative", Tolerances.Relative);

    /// <summary>Runs every prompt of the folder.</summary>
    public IEnumerable<VerificationCheck> Run(string golden, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "forward.json")));
        foreach (var entry in list.RootElement.EnumerateArray())
        {
            var name = entry.GetProperty("name").GetString()!;
            progress.Report($"forward {name}");
            using var expected = new GoldenTensors(Path.Combine(golden, Folder, $"{name}.safetensors"));
            Compare(expected, name, cancellationToken);
        }

        return new[] { logits, logProbabilities, shortAttention, longAttention, fullAttention, hidden, keys, plainKeys, values }
            .Select(comparison => comparison.Check)
            .Where(check => check.Compared > 0);
    }

    private void Compare(GoldenTensors expected, string name, CancellationToken cancellationToken)
    {
        var tokens = expected.Integers("input_ids");
        using var sequence = new DecoderSequence(model, new PrefixCache(model.Configuration, 0));
        sequence.Begin(tokens, 0, tokens.Length);
        var predicted = new List<float>();
        var wantsAll = expected.Has("attention_full");
        while (sequence.Length < tokens.Length)
        {
            var past = sequence.Length;
            var length = Math.Min(DecoderSequence.Chunk, tokens.Length - past);
            int[] all = [.. Enumerable.Range(0, length)];
            var last = past + length == tokens.Length;
            int[] lastRow = last ? [length - 1] : [];
            var pass = new ForwardPass
            {
                Tokens = tokens.AsMemory(past, length),
                Past = past,
                LogitRows = all,
                HiddenRows = lastRow,
                AttentionRows = wantsAll ? all : lastRow,
            };
            using var result = sequence.Append(pass, cancellationToken);
            foreach (var row in all.Where(row => past + row + 1 < tokens.Length))
            {
                predicted.Add((float)(result.Logits(row)[tokens[past + row + 1]] - LogSoftmax.Normalizer(result.Logits(row))));
            }

            if (last)
            {
                CompareLast(expected, result, pass, name);
            }
        }

        logProbabilities.Add(expected.Floats("token_logprobs"), [.. predicted], name);
        CompareMemory(expected, sequence.Buffer, name);
    }

    private void CompareLast(GoldenTensors expected, ForwardResult result, ForwardPass pass, string name)
    {
        var configuration = model.Configuration;
        logits.Add(expected.Floats("logits_last"), result.Logits(pass.Tokens.Length - 1), name);
        var hiddenLast = expected.Floats("hidden_last");
        for (var layer = 0; layer <= configuration.Layers; layer++)
        {
            hidden.AddRelative(
                hiddenLast.AsSpan(layer * configuration.HiddenSize, configuration.HiddenSize), result.Hidden(layer, 0), $"{name}, layer {layer}");
        }

        var attention = expected.Floats("attention_last");
        var comparison = pass.Total <= 512 ? shortAttention : longAttention;
        for (var head = 0; head < configuration.Layers * configuration.Heads; head++)
        {
            var actual = result.Attention(head / configuration.Heads, head % configuration.Heads, pass.AttentionRows.Count - 1);
            comparison.Add(attention.AsSpan(head * pass.Total, pass.Total), actual, $"{name}, head {head / configuration.Heads}.{head % configuration.Heads}");
        }

        if (expected.Has("attention_full"))
        {
            var full = expected.Floats("attention_full");
            for (var row = 0; row < configuration.Layers * configuration.Heads * pass.Total; row++)
            {
                var (head, query) = (row / pass.Total, row % pass.Total);
                var actual = result.Attention(head / configuration.Heads, head % configuration.Heads, query);
                fullAttention.Add(full.AsSpan(row * pass.Total, pass.Total), actual, $"{name}, row {query}");
            }
        }
    }

    private void CompareMemory(GoldenTensors expected, KeyValueBuffer buffer, string name)
    {
        var configuration = model.Configuration;
        var positions = expected.Integers("positions");
        var size = configuration.HeadSize;
        var (goldenKeys, goldenPlain, goldenValues) =
            (expected.Floats("keys"), expected.Floats("keys_before_rotary"), expected.Floats("values"));
        var unrotated = new float[size];
        var at = 0;
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            for (var head = 0; head < configuration.KeyValueHeads; head++)
            {
                foreach (var position in positions)
                {
                    var key = buffer.Keys(layer, head).Slice(position * size, size);
                    keys.AddRelative(goldenKeys.AsSpan(at, size), key, name);
                    values.AddRelative(goldenValues.AsSpan(at, size), buffer.Values(layer, head).Slice(position * size, size), name);
                    key.CopyTo(unrotated);
                    RotaryTable.Undo(configuration.Rotary!, position, unrotated);
                    plainKeys.AddRelative(goldenPlain.AsSpan(at, size), unrotated, name);
                    at += size;
                }
            }
        }
    }
}
