using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;
using Variant = IclMesh.Kernel.Core.Theory.GincVariant;

namespace IclMesh.Kernel.RunGinc;

internal static class RunGincRules
{
    private static readonly Variant[] AllVariants = [Variant.Seen, Variant.Unseen, Variant.Inconsistent];

    /// <summary>Fills in the defaults and checks every range.</summary>
    public static (GincSettings Settings, Variant[] Variants) Check(RunGincRequest request)
    {
        var settings = new GincSettings(
            request.Seed,
            Vocabulary: request.HasVocabulary ? request.Vocabulary : 50,
            Permutations: request.HasPermutations ? request.Permutations : 10,
            Lengths: request.Lengths.Count == 0 ? null : [.. request.Lengths],
            Counts: request.Counts.Count == 0 ? null : [.. request.Counts],
            Prompts: request.HasPrompts ? request.Prompts : 200);
        var rules = new RequestRules();
        rules.InRange("vocabulary", settings.Vocabulary, 2, 10_000);
        rules.InRange("permutations", settings.Permutations, 1, 1000);
        rules.InRange("prompts", settings.Prompts, 1, 100_000);
        for (var i = 0; i < settings.ExampleLengths.Length; i++)
        {
            rules.InRange($"lengths[{i}]", settings.ExampleLengths[i], 2, 50);
        }

        rules.Ascending("counts", settings.DemonstrationCounts);
        rules.InRange("counts", settings.DemonstrationCounts[0], 0, int.MaxValue);
        rules.InRange("counts", settings.DemonstrationCounts[^1], 0, 10_000);
        for (var i = 0; i < request.Variants.Count; i++)
        {
            rules.Require(
                request.Variants[i] != V1.GincVariant.Unspecified && Enum.IsDefined(request.Variants[i]), $"variants[{i}]", $"{(int)request.Variants[i]} is not a variant");
        }

        rules.ThrowIfBroken();
        return (settings, request.Variants.Count == 0 ? AllVariants : [.. request.Variants.Select(variant => (Variant)((int)variant - 1))]);
    }
}
