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

    public JobProgressReport Report()
    {
        var recorded = Interlocked.Read(ref finished);
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        return new(phase, recorded + Interlocked.Read(ref skipped), Interlocked.Read(ref total), seconds > 0 ? recorded / seconds : 0);
    }
}
