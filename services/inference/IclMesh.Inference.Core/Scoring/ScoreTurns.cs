using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Scores the prompts that wait: a thread that is free takes those that are best served together.</summary>
/// <param name="configuration">Sizes of the model.</param>
/// <param name="sequences">Key-value buffers.</param>
/// <param name="queue">The prompts that wait.</param>
/// <param name="workers">Threads, shared with other models.</param>
/// <param name="time">The clock.</param>
internal sealed class ScoreTurns(ModelConfiguration configuration, SequencePool sequences, ScoreQueue queue, WorkerPool workers, TimeProvider time)
{
    /// <summary>Scores on the calling thread.</summary>
    public ContextScores Score(Prompt prompt, IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken)
    {
        var sequence = sequences.Rent(prompt.Tokens);
        try
        {
            return ContextScorer.Score(sequence, configuration, prompt, poolings, cancellationToken);
        }
        finally
        {
            sequences.Return(sequence);
        }
    }

    /// <summary>Scores when a thread is free, alone or with others that share a prefix.</summary>
    /// <returns>The scores, and when their computing began, in ticks of the clock.</returns>
    public async Task<(ContextScores Scores, long Begun)> QueueAsync(
        Prompt prompt, IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken)
    {
        var job = new ScoreJob(prompt, poolings, time.GetTimestamp(), cancellationToken);
        queue.Add(job);

        // A turn serves whichever prompts are best served now, not necessarily this one.
        workers.Post(TakeTurn);
        return await job.Completion.ConfigureAwait(false);
    }

    private void TakeTurn()
    {
        var batch = queue.Take();
        if (batch.Count == 0)
        {
            return;
        }

        var begun = time.GetTimestamp();
        try
        {
            using var departure = new SharedDeparture(batch.Select(job => job.CancellationToken));
            IReadOnlyList<ContextScores> scores;
            if (batch.Count == 1)
            {
                scores = [Score(batch[0].Prompt, batch[0].Poolings, departure.Token)];
            }
            else
            {
                var sequence = sequences.Rent(batch[0].Prompt.Tokens);
                try
                {
                    scores = PackedScorer.Score(sequence, configuration, batch, departure.Token);
                }
                finally
                {
                    sequences.Return(sequence);
                }
            }

            for (var index = 0; index < batch.Count; index++)
            {
                batch[index].Complete(scores[index], begun);
            }
        }
        catch (Exception exception)
        {
            foreach (var job in batch)
            {
                job.Fail(exception);
            }
        }
    }
}
