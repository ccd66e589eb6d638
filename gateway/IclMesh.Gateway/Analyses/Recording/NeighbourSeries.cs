using System.Diagnostics;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records the nearest demonstrations of every row; no model is asked.</summary>
internal sealed class NeighbourSeries(StudyContext study, DemonstrationSource source, int neighbours) : ISeries
{
    public string Name => "neighbours";

    public IReadOnlyList<int> Rows => study.AllRows;

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var hits = await source.GetAsync(row, SelectionStrategy.Similar, neighbours, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var record = new PromptRecord
        {
            Row = row,
            Gold = study.Gold[row],
            Seconds = elapsed.TotalSeconds,
            Demonstrations =
            [
                .. hits.Select(hit => new ShownDemonstration(
                    hit.Demonstration.Id, study.Verbalizer.Class(hit.Demonstration.Label, study.Study.Collection), hit.Similarity)),
            ],
        };
        return new(record, new Dictionary<string, NamedTensor>());
    }
}
