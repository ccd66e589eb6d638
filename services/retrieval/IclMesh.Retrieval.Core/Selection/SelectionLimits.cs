using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>What the chosen ones must fulfil together: quotas, budget, no near-duplicates.</summary>
/// <param name="pool">The candidates.</param>
/// <param name="request">The request.</param>
/// <param name="quotas">The quotas to keep.</param>
/// <param name="known">MinHash signatures by id, of candidates without their texts.</param>
internal sealed class SelectionLimits(
    CandidatePool pool, SearchRequest request, IReadOnlyList<LabelQuota> quotas, IReadOnlyDictionary<string, ulong[]>? known = null)
{
    private readonly Dictionary<string, LabelQuota> byLabel = quotas.ToDictionary(quota => quota.Label);
    private readonly Dictionary<string, int> counts = [];
    private readonly List<int> chosen = [];
    private readonly Dictionary<int, ulong[]> signatures = [];
    private double spent;

    // Details of an error are bounded, whatever a caller sends.
    private const int MaxNamed = 16;

    /// <summary>The chosen candidates so far.</summary>
    public IReadOnlyList<int> Chosen => chosen;

    /// <summary>Why a candidate can never be chosen any more; null where it still may.</summary>
    /// <param name="candidate">Its place in the pool.</param>
    public Rejection? Refusal(int candidate)
    {
        var (demonstration, scores, _) = pool.Candidates[candidate];
        if (byLabel.TryGetValue(demonstration.Label, out var quota) && Count(demonstration.Label) >= quota.Maximum)
        {
            return new(demonstration.Id, RejectionReason.QuotaFull, scores.Similarity);
        }

        if (request.Budget is { } budget && spent + budget.Cost(demonstration) > budget.Maximum)
        {
            return new(demonstration.Id, RejectionReason.OverBudget, scores.Similarity);
        }

        if (request.DuplicateSimilarity is { } threshold)
        {
            foreach (var other in chosen)
            {
                if (pool.Cosines(other)[candidate] >= threshold)
                {
                    return new(demonstration.Id, RejectionReason.NearDuplicateOfChosen, scores.Similarity, pool.Candidates[other].Demonstration.Id);
                }
            }
        }

        if (request.DuplicateResemblance is { } resemblance)
        {
            foreach (var other in chosen)
            {
                if (MinHash.Resemblance(Signature(other), Signature(candidate)) >= resemblance)
                {
                    return new(demonstration.Id, RejectionReason.NearDuplicateTextOfChosen, scores.Similarity, pool.Candidates[other].Demonstration.Id);
                }
            }
        }

        return null;
    }

    /// <summary>False where the places that are left belong to labels that still lack their minimum.</summary>
    /// <param name="candidate">Its place in the pool.</param>
    public bool HasPlace(int candidate)
    {
        if (quotas.Count == 0)
        {
            return true;
        }

        var label = pool.Candidates[candidate].Demonstration.Label;
        var needed = quotas.Sum(quota => Math.Max(0, quota.Minimum - Count(quota.Label)));
        var needsThis = byLabel.TryGetValue(label, out var own) && Count(label) < own.Minimum;
        return needsThis || request.Count - chosen.Count > needed;
    }

    /// <summary>Takes note of a choice.</summary>
    /// <param name="candidate">Its place in the pool.</param>
    public void Take(int candidate)
    {
        var demonstration = pool.Candidates[candidate].Demonstration;
        chosen.Add(candidate);
        counts[demonstration.Label] = Count(demonstration.Label) + 1;
        spent += request.Budget?.Cost(demonstration) ?? 0;
    }

    /// <summary>Checks that every minimum was reached.</summary>
    /// <exception cref="MeshException">Says which label lacks how many.</exception>
    public void RequireMinimums()
    {
        var lacking = quotas.Where(quota => Count(quota.Label) < quota.Minimum).ToArray();
        if (lacking.Length > 0)
        {
            var list = string.Join(", ", lacking.Take(MaxNamed).Select(quota => $"'{StoredText.Shown(quota.Label)}' lacks {quota.Minimum - Count(quota.Label)} of {quota.Minimum}"));
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.RequestInvalid, $"quotas: cannot be met, {list}")
            {
                Metadata = lacking.Take(MaxNamed).DistinctBy(quota => StoredText.Shown(quota.Label)).ToDictionary(quota => StoredText.Shown(quota.Label), quota => $"{quota.Minimum - Count(quota.Label)}"),
            };
        }
    }

    /// <summary>Made when first asked for: only the few candidates that are about to be chosen need one.</summary>
    private ulong[] Signature(int candidate)
    {
        if (!signatures.TryGetValue(candidate, out var signature))
        {
            var demonstration = pool.Candidates[candidate].Demonstration;
            signature = known?.GetValueOrDefault(demonstration.Id) ?? MinHash.Signature(demonstration.Text);
            signatures.Add(candidate, signature);
        }

        return signature;
    }

    private int Count(string label) => counts.GetValueOrDefault(label);
}
