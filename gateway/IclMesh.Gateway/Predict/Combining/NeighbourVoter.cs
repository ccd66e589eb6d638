using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Predict.Combining;

/// <summary>Lets the nearest stored demonstrations vote.</summary>
internal sealed class NeighbourVoter(DemonstrationSelector selector)
{
    /// <summary>The vote; guarded like the demonstrations of the prompt.</summary>
    /// <param name="query">What the prompt's demonstrations are looked for with.</param>
    /// <param name="neighbours">Most voters.</param>
    /// <param name="embedded">The input's vector.</param>
    /// <param name="legs">Records the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="MeshException">The collection has no demonstration that may vote.</exception>
    public async Task<NeighbourVote> VoteAsync(
        DemonstrationQuery query, int neighbours, EmbedResponse embedded, LegRecorder legs, CancellationToken cancellationToken)
    {
        var selection = new Selection { K = neighbours, Strategy = SelectionStrategy.Similar, LeakGuard = query.Selection?.LeakGuard };
        var voters = await selector.FindAsync(query with { Selection = selection }, embedded, Leg.Vote, legs, cancellationToken);
        if (voters.Demonstrations.Count == 0)
        {
            throw MeshException.Invalid("combination", $"collection '{query.Collection}' has no demonstration that may vote");
        }

        var shares = new double[query.Verbalizer.Count];
        foreach (var voter in voters.Demonstrations)
        {
            shares[voter.Label] += 1.0 / voters.Demonstrations.Count;
        }

        return new(voters, shares);
    }
}
