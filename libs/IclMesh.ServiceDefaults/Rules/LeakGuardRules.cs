using IclMesh.Retrieval.V1;

namespace IclMesh.ServiceDefaults.Rules;

/// <summary>What a leak guard must fulfil: the same for the gateway, which takes it from a caller, and for retrieval, which applies it.</summary>
public static class LeakGuardRules
{
    /// <summary>Most ids that one guard excludes.</summary>
    public const int MaxExcludedIds = 10_000;

    /// <summary>Checks a guard.</summary>
    /// <param name="rules">Takes the violations.</param>
    /// <param name="field">Path of the guard.</param>
    /// <param name="guard">The guard; null is none to check.</param>
    public static void Check(RequestRules rules, string field, LeakGuard? guard)
    {
        if (guard is null)
        {
            return;
        }

        rules.InRange($"{field}.excluded_ids", guard.ExcludedIds.Count, 0, MaxExcludedIds);
        rules.Require(
            !guard.HasNearDuplicateCosine || guard.NearDuplicateCosine is > 0 and <= 1,
            $"{field}.near_duplicate_cosine",
            $"must be above 0 and at most 1, is {guard.NearDuplicateCosine}");
    }
}
