using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Keeps the query out of its own prompt: a demonstration that is the query would hand the model the answer.</summary>
/// <param name="request">The request whose query is guarded.</param>
internal sealed class LeakGuard(SearchRequest request)
{
    private readonly HashSet<string> excluded = [.. request.ExcludedIds];
    private readonly string text = NormalizedText.Of(request.Text);

    /// <summary>Why a candidate must not be used; null where it may.</summary>
    /// <param name="candidate">A demonstration with its vector.</param>
    public RejectionReason? Check(Demonstration candidate)
    {
        if (excluded.Contains(candidate.Id))
        {
            return RejectionReason.Excluded;
        }

        if (!request.GuardLeaks)
        {
            return null;
        }

        if (text.Length > 0 && NormalizedText.Of(candidate.Text) == text)
        {
            return RejectionReason.SameText;
        }

        return VectorMath.Cosine(request.Vector.Span, candidate.Vector) >= request.LeakSimilarity ? RejectionReason.NearDuplicate : null;
    }
}
