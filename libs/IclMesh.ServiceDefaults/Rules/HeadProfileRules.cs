using IclMesh.Kernel.V1;

namespace IclMesh.ServiceDefaults.Rules;

/// <summary>What a head profile must fulfil: the same for the gateway, which takes it from a caller, a task or a model's card, and for the kernel, which uses it.</summary>
public static class HeadProfileRules
{
    /// <summary>Largest weight of a head: weights are relative, and their products with attention must stay finite.</summary>
    public const double MaxWeight = 1e6;

    /// <summary>Checks everything that can be said without the model.</summary>
    /// <param name="rules">Takes the violations.</param>
    /// <param name="field">Path of the profile.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="classes">C, number of labels.</param>
    public static void Check(RequestRules rules, string field, HeadProfile profile, int classes)
    {
        rules.Require(profile.Heads.Count > 0, $"{field}.heads", "must hold one head or more, has 0");
        for (var i = 0; i < profile.Heads.Count; i++)
        {
            // Profiles are checked with every prediction: paths are written only for what is wrong.
            if (profile.Heads[i].Weight is not (>= 0 and <= MaxWeight) and var weight)
            {
                rules.Require(false, $"{field}.heads[{i}].weight", $"must be between 0 and {MaxWeight}, is {weight}");
            }
        }

        rules.Require(profile.Heads.Count == 0 || profile.Heads.Any(head => head.Weight is not 0), $"{field}.heads", "must not all have weight 0");
        rules.Require(
            profile.ClassBiases.Count == 0 || profile.ClassBiases.Count == classes,
            $"{field}.class_biases",
            $"must be empty or hold one value per class, {classes}, has {profile.ClassBiases.Count}");
        rules.Require(profile.ClassBiases.All(double.IsFinite), $"{field}.class_biases", "must be finite");
        if (profile.Faithfulness is { } faithfulness)
        {
            Check(rules, $"{field}.faithfulness", faithfulness);
        }
    }

    /// <summary>Every head is one of the model's.</summary>
    /// <param name="rules">Takes the violations.</param>
    /// <param name="field">Path of the profile.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="layers">L, layers of the model.</param>
    /// <param name="heads">H, query heads of a layer.</param>
    public static void CheckHeads(RequestRules rules, string field, HeadProfile profile, int layers, int heads)
    {
        for (var i = 0; i < profile.Heads.Count; i++)
        {
            var head = profile.Heads[i];
            if (head.Layer < 0 || head.Layer >= layers || head.Head < 0 || head.Head >= heads)
            {
                rules.InRange($"{field}.heads[{i}].layer", head.Layer, 0, layers - 1);
                rules.InRange($"{field}.heads[{i}].head", head.Head, 0, heads - 1);
            }
        }
    }

    private static void Check(RequestRules rules, string field, Faithfulness faithfulness)
    {
        Share(rules, $"{field}.agreement", faithfulness.Agreement);
        Share(rules, $"{field}.low", faithfulness.Low);
        Share(rules, $"{field}.high", faithfulness.High);
        Share(rules, $"{field}.null_agreement", faithfulness.NullAgreement);
        rules.Require(faithfulness.Low <= faithfulness.High, $"{field}.low", $"must not lie above high {faithfulness.High}, is {faithfulness.Low}");
        rules.Require(faithfulness.Prompts >= 0, $"{field}.prompts", $"must be 0 or more, is {faithfulness.Prompts}");
    }

    private static void Share(RequestRules rules, string field, double value) =>
        rules.Require(value is >= 0 and <= 1, field, $"must lie in [0, 1], is {value}");
}
