namespace IclMesh.Gateway.Jobs;

/// <summary>How far a job has come; written by many threads, read by the one that reports.</summary>
internal sealed class JobProgress(TimeProvider clock)
{
    private readonly long start = clock.GetTimestamp();
    private long finished;
    private long skipped;
    private long total;
    private volatile string phase = "";

    public void Enter(string name) => phase = name;

    public void Expect(long prompts) => Interlocked.Exchange(ref total, prompts);

    public void Skip(long prompts) => Interlocked.Add(ref skipped, prompts);

    public void Finish() => Interlocked.Increment(ref finished);

    /// <summary>A job with this progress.</summary>
    public JobEntry Apply(JobEntry job)
    {
        var recorded = Interlocked.Read(ref finished);
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        return job with
        {
            Phase = phase,
            Done = recorded + Interlocked.Read(ref skipped),
            Total = Interlocked.Read(ref total),
            Rate = seconds > 0 ? recorded / seconds : 0,
        };
    }
}
