using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Keeps the query out of its own prompt: a demonstration that is the query would hand the model the answer.</summary>
/// <param name="request">The request whose query is guarded.</param>
internal sealed class LeakGuard(SearchRequest request)
{
    private readonly HashSet<string> excluded = [.. request.ExcludedIds];
    private readonly long key = DemonstrationContent.KeyOf(NormalizedText.Of(request.Text));

    /// <summary>The query's text as texts are compared.</summary>
    public string Text { get; } = NormalizedText.Of(request.Text);

    /// <summary>True where a candidate may have the query's text: only reading it tells.</summary>
    /// <param name="candidate">A demonstration, its text aside.</param>
    public bool IsSuspect(Demonstration candidate) =>
        request.GuardLeaks && Text.Length > 0 && candidate.TextKey == key && !excluded.Contains(candidate.Id);

    /// <summary>Why a candidate must not be used; null where it may.</summary>
    /// <param name="candidate">A demonstration with its vector.</param>
    /// <param name="same">Ids of those that have the query's text.</param>
    public RejectionReason? Check(Demonstration candidate, IReadOnlySet<string> same)
    {
        if (excluded.Contains(candidate.Id))
        {
            return RejectionReason.Excluded;
        }

        if (!request.GuardLeaks)
        {
            return null;
        }

        if (same.Contains(candidate.Id))
        {
            return RejectionReason.SameText;
        }

        return VectorMath.Cosine(request.Vector.Span, candidate.Vector) >= request.LeakSimilarity ? RejectionReason.NearDuplicate : null;
    }
}
