namespace IclMesh.Bench.Engine;

/// <summary>A ratio that the engine is measured by: the best of some measurements over another one of the same round.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Over">Alternatives of the numerator; the best of a round counts.</param>
/// <param name="Under">The denominator.</param>
internal sealed record RatioRow(string Name, Probe[] Over, Probe Under)
{
    /// <summary>The figure that must be reached; null for a ratio that is only reported.</summary>
    public double? Target { get; init; }

    /// <summary>The target is an upper bound.</summary>
    public bool AtMost { get; init; }

    /// <summary>Most rounds, for what takes long.</summary>
    public int MostRounds { get; init; } = int.MaxValue;

    /// <summary>What of a measurement counts.</summary>
    public Func<Cost, double> Metric { get; init; } = cost => cost.Cpu;

    /// <summary>How numerator and denominator become the figure.</summary>
    public Func<double, double, double> Combine { get; init; } = (over, under) => over / under;

    /// <summary>Unit of the metric as it is printed, and what turns the metric into it.</summary>
    public (string Name, double Factor) Unit { get; init; } = ("ms", 1e3);
}

/// <summary>One thing that one process does.</summary>
/// <param name="Worker">The process, started on first use.</param>
/// <param name="Request">What it does.</param>
/// <param name="Before">What it does first, unmeasured; null for nothing.</param>
internal sealed record Probe(Func<WorkerProcess> Worker, EngineRequest Request, EngineRequest? Before = null)
{
    /// <summary>Measures once.</summary>
    public Cost Run()
    {
        if (Before is not null)
        {
            Worker().Run(Before);
        }

        return Worker().Run(Request);
    }
}
