using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>Why a store refuses an item of a batch; the same for every store.</summary>
internal static class WriteRules
{
    /// <summary>What is wrong with an item by itself; null where nothing is.</summary>
    /// <param name="write">The item.</param>
    /// <param name="schema">The collection's schema.</param>
    public static MeshException? Refusal(DemonstrationWrite write, CollectionSchema schema)
    {
        try
        {
            schema.RequireModel(write.Model);
            var rules = new RequestRules();
            DemonstrationRules.Check(write.Demonstration, schema, rules);
            rules.Require(write.ExpectedVersion is null or >= 0, "expected_version", $"must not be negative, is {write.ExpectedVersion}");
            rules.ThrowIfBroken();
            return null;
        }
        catch (MeshException refusal)
        {
            return refusal;
        }
    }

    /// <summary>Refuses ids that no database takes even to look for them.</summary>
    /// <param name="ids">The ids.</param>
    /// <exception cref="MeshException">With every broken one.</exception>
    public static void CheckIds(IEnumerable<string> ids)
    {
        var rules = new RequestRules();
        foreach (var (place, id) in ids.Index())
        {
            StoredText.Check($"ids[{place}]", id, rules);
        }

        rules.ThrowIfBroken();
    }

    /// <summary>Somebody else changed the demonstration; null where the caller's expectation holds.</summary>
    /// <param name="id">The demonstration.</param>
    /// <param name="expected">What the caller expects; null for nothing.</param>
    /// <param name="current">The stored version, 0 where there is none.</param>
    public static MeshException? Conflict(string id, long? expected, long current) =>
        expected is null || expected == current
            ? null
            : new(
                ErrorKind.Aborted,
                ErrorReasons.VersionConflict,
                $"expected_version: demonstration '{id}' has version {current}, {expected} was expected")
            {
                Metadata = new Dictionary<string, string> { ["current_version"] = $"{current}" },
            };
}
