using IclMesh.Inference.Core.Caching;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Prompts that wait, and the choice of those that run next: longest known prefix first, with companions that share it.</summary>
/// <remarks>
/// Serving the longest known prefix first visits the radix tree depth-first and loses the fewest cached tokens (L. Zheng et al., 2024).
/// Nobody starves: a prompt that has waited longer than <see cref="Patience"/> goes first.
/// </remarks>
internal sealed class ScoreQueue(PrefixCache cache, TimeProvider time)
{
    /// <summary>Longest time that others may be preferred.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly List<ScoreJob> waiting = [];

    /// <summary>Adds a prompt.</summary>
    public void Add(ScoreJob job)
    {
        lock (gate)
        {
            waiting.Add(job);
        }
    }

    /// <summary>Takes the prompts of the next run; none where all callers have left or others took them.</summary>
    public IReadOnlyList<ScoreJob> Take()
    {
        lock (gate)
        {
            waiting.RemoveAll(job => job.CancellationToken.IsCancellationRequested);
            if (waiting.Count == 0)
            {
                return [];
            }

            var lead = waiting.Count == 1 || time.GetElapsedTime(waiting[0].Queued) > Patience
                ? waiting[0]
                : waiting.MaxBy(job => cache.Match(job.Prompt.Tokens))!;
            var batch = PackPlan.Choose(lead, waiting);
            waiting.RemoveAll(batch.Contains);
            return batch;
        }
    }
}
