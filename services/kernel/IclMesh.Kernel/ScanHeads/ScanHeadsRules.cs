using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.ScanHeads;

internal static class ScanHeadsRules
{
    public static void Check(ScanHeadsOptions options)
    {
        var rules = new RequestRules();
        rules.InRange("options.layers", options.Layers, 1, 1000);
        rules.InRange("options.heads", options.Heads, 1, 1000);
        rules.InRange("options.classes", options.Classes, 2, 1000);
        rules.InRange("options.poolings", options.Poolings.Count, 1, 8);
        rules.Require(options.Poolings.Distinct().Count() == options.Poolings.Count, "options.poolings", "must not repeat a name");
        rules.InRange("options.permutations", options.HasPermutations ? options.Permutations : 200, 1, 10_000);
        rules.InRange("options.mixture_heads", options.HasMixtureHeads ? options.MixtureHeads : 1, 1, int.MaxValue);
        rules.NotNegative("options.ridge", options.HasRidge ? options.Ridge : 10);
        rules.InRange("options.curve_repeats", options.HasCurveRepeats ? options.CurveRepeats : 20, 1, 1000);
        rules.ThrowIfBroken();
    }

    /// <param name="prompt">The prompt.</param>
    /// <param name="index">Its place in the stream, from 0.</param>
    /// <param name="options">Options that passed their own rules.</param>
    public static void Check(RecordedPrompt prompt, int index, ScanHeadsOptions options)
    {
        var rules = new RequestRules();
        var field = $"prompt[{index}]";
        rules.Require(prompt.Labels.Count > 0, $"{field}.labels", "must hold one label or more, has 0");
        for (var i = 0; i < prompt.Labels.Count; i++)
        {
            rules.InRange($"{field}.labels[{i}]", prompt.Labels[i], 0, options.Classes - 1);
        }

        rules.InRange($"{field}.model_label", prompt.ModelLabel, 0, options.Classes - 1);
        if (prompt.HasGoldLabel)
        {
            rules.InRange($"{field}.gold_label", prompt.GoldLabel, 0, options.Classes - 1);
        }

        rules.Require(
            prompt.LogProbabilities.Count == 0 || prompt.LogProbabilities.Count == options.Classes,
            $"{field}.log_probabilities",
            $"must be empty or hold one value per class, {options.Classes}, has {prompt.LogProbabilities.Count}");
        rules.Finite($"{field}.log_probabilities", prompt.LogProbabilities);
        rules.Require(
            prompt.Attention.Count == options.Poolings.Count,
            $"{field}.attention",
            $"must hold one tensor per pooling, {options.Poolings.Count}, has {prompt.Attention.Count}");
        for (var p = 0; p < prompt.Attention.Count; p++)
        {
            var name = $"{field}.attention[{p}]";
            if (rules.Tensor(name, prompt.Attention[p], dimensions: 3))
            {
                int[] expected = [options.Layers, options.Heads, prompt.Labels.Count];
                rules.Require(
                    prompt.Attention[p].Shape.SequenceEqual(expected),
                    $"{name}.shape",
                    $"must be [{string.Join(", ", expected)}], is [{string.Join(", ", prompt.Attention[p].Shape)}]");
                rules.NonNegative($"{name}.values", prompt.Attention[p].Span());
            }
        }

        rules.ThrowIfBroken();
    }
}
