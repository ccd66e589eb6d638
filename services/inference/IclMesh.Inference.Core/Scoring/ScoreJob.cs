using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>A prompt that waits to be scored.</summary>
/// <param name="prompt">Context and continuations.</param>
/// <param name="poolings">Attention to return.</param>
/// <param name="queued">When it was queued.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class ScoreJob(Prompt prompt, IReadOnlyList<AttentionPooling> poolings, long queued, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<(ContextScores Scores, long Begun)> completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Context and continuations.</summary>
    public Prompt Prompt { get; } = prompt;

    /// <summary>Attention to return.</summary>
    public IReadOnlyList<AttentionPooling> Poolings { get; } = poolings;

    /// <summary>When it was queued.</summary>
    public long Queued { get; } = queued;

    /// <summary>The caller's token.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Ends with the scores and the time at which the work began; a caller who leaves does not wait for it.</summary>
    public Task<(ContextScores Scores, long Begun)> Completion => completion.Task.WaitAsync(CancellationToken);

    /// <summary>Hands over the scores.</summary>
    public void Complete(ContextScores scores, long begun) => completion.TrySetResult((scores, begun));

    /// <summary>Hands over a failure.</summary>
    public void Fail(Exception exception) => completion.TrySetException(exception);
}
