using Google.Protobuf.Collections;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.AlignAttention;

internal static class AlignAttentionRules
{
    public static void Check(AlignAttentionRequest prompt, int index, int heads, int demonstrations)
    {
        var rules = new RequestRules();
        var field = $"prompt[{index}]";
        if (prompt.Attention is null || prompt.Query is null)
        {
            throw MeshException.Invalid(prompt.Attention is null ? $"{field}.attention" : $"{field}.query", "is required");
        }

        if (rules.Tensor($"{field}.attention", prompt.Attention, dimensions: 3))
        {
            var shape = prompt.Attention.Shape;
            rules.Require(index == 0 || shape[0] * shape[1] == heads, $"{field}.attention.shape", "must have the layers and heads of the first prompt");
            rules.Require(
                index == 0 || prompt.Inputs.Count == demonstrations,
                $"{field}.inputs",
                $"must hold as many demonstrations as the first prompt, {demonstrations}, has {prompt.Inputs.Count}");
            rules.Require(
                prompt.Labels.Count == prompt.Inputs.Count, $"{field}.labels", $"must hold one range per input, {prompt.Inputs.Count}, has {prompt.Labels.Count}");
            Ranges(rules, $"{field}.inputs", prompt.Inputs, shape[2]);
            Ranges(rules, $"{field}.labels", prompt.Labels, shape[2]);
            Ranges(rules, $"{field}.query", [prompt.Query], shape[2]);
        }

        rules.ThrowIfBroken();
    }

    private static void Ranges(RequestRules rules, string field, RepeatedField<TokenRange> ranges, int tokens)
    {
        for (var i = 0; i < ranges.Count; i++)
        {
            rules.Require(
                ranges[i].Start >= 0 && ranges[i].End > ranges[i].Start && ranges[i].End <= tokens,
                $"{field}[{i}]",
                $"must be a range of one token or more within {tokens}, is {ranges[i].Start} to {ranges[i].End}");
        }
    }
}
