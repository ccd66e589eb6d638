using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict.Combining;

internal static class CombinationRules
{
    public const int DefaultNeighbours = 32;
    public const double DefaultWeight = 0.35;
    public const double DefaultThreshold = 0.7;
    private const int MaxNeighbours = 256;

    /// <summary>True where kernel and model answer together.</summary>
    public static bool Combines(this Combination? combination) => combination?.Method is CombinationMethod.Pool or CombinationMethod.Cascade;

    /// <summary>Checks every field that is set; none is nothing to check.</summary>
    public static void Check(RequestRules rules, Combination? combination)
    {
        if (combination is null)
        {
            return;
        }

        if (combination.HasNeighbours)
        {
            rules.InRange("combination.neighbours", combination.Neighbours, 1, MaxNeighbours);
        }

        Share(rules, "combination.threshold", combination.HasThreshold, combination.Threshold);
        Share(rules, "combination.conformal_threshold", combination.HasConformalThreshold, combination.ConformalThreshold);
        Within(rules, "combination.weight", combination.HasWeight, combination.Weight, 0);
        Within(rules, "combination.minimum_probability", combination.HasMinimumProbability, combination.MinimumProbability, 0);
        Within(rules, "combination.minimum_similarity", combination.HasMinimumSimilarity, combination.MinimumSimilarity, -1);
    }

    private static void Share(RequestRules rules, string field, bool given, double value) =>
        rules.Require(!given || value is > 0 and <= 1, field, $"must be above 0 and at most 1, is {value}");

    private static void Within(RequestRules rules, string field, bool given, double value, double low) =>
        rules.Require(!given || (value >= low && value <= 1), field, $"must lie in [{low}, 1], is {value}");
}
