using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Keeps the query out of its own prompt: a demonstration that is the query would hand the model the answer.</summary>
/// <param name="request">The request whose query is guarded.</param>
internal sealed class LeakGuard(SearchRequest request)
{
    private readonly string? text = string.IsNullOrWhiteSpace(request.Text) ? null : NormalizedText.Of(request.Text);

    /// <summary>Why a candidate must not be used; null where it may.</summary>
    /// <param name="candidate">A demonstration with its vector.</param>
    public Rejection? Check(Demonstration candidate)
    {
        if (request.Id.Length > 0 && candidate.Id == request.Id)
        {
            return new(candidate.Id, RejectionReason.QueryId);
        }

        if (text is not null && NormalizedText.Of(candidate.Text) == text)
        {
            return new(candidate.Id, RejectionReason.QueryText);
        }

        if (request.Vector is { } vector && VectorMath.Cosine(vector.Span, candidate.Vector) is var cosine && cosine >= request.LeakSimilarity)
        {
            return new(candidate.Id, RejectionReason.QueryNearDuplicate, cosine);
        }

        return null;
    }
}
