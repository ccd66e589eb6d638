using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What the chosen demonstrations may cost together; costs come from the caller, who has the tokenizer.</summary>
/// <param name="Maximum">Most tokens.</param>
/// <param name="PerDemonstration">Tokens that each demonstration costs besides its text, such as the template's.</param>
/// <param name="CostKey">Metadata entry that holds the tokens of a text; empty where there is none.</param>
/// <param name="BytesPerToken">Estimates the tokens of a text without that entry, greater than 0.</param>
public sealed record TokenBudget(int Maximum, int PerDemonstration = 0, string CostKey = "", double BytesPerToken = 4)
{
    /// <summary>What a demonstration costs.</summary>
    /// <param name="demonstration">The demonstration.</param>
    public double Cost(Demonstration demonstration)
    {
        ArgumentNullException.ThrowIfNull(demonstration);
        var known = CostKey.Length > 0 && demonstration.Metadata.TryGetValue(CostKey, out var stored) && stored.Kind == MetadataKind.Number
            ? stored.Number
            : Math.Ceiling(demonstration.TextBytes / BytesPerToken);
        return known + PerDemonstration;
    }
}
