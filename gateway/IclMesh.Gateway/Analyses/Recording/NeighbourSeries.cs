using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records the nearest demonstrations of every row; no model is asked.</summary>
internal sealed class NeighbourSeries(StudyContext study, DemonstrationSource source, int neighbours) : ISeries
{
    public string Name => "neighbours";

    public IReadOnlyList<int> Rows => study.AllRows;

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var hits = await source.GetAsync(row, SelectionStrategy.Similar, neighbours, cancellationToken);
        var record = new PromptRecord
        {
            Row = row,
            Gold = study.Gold[row],
            Demonstrations =
            [
                .. hits.Select(hit => new ShownDemonstration(
                    hit.Demonstration.Id, study.Verbalizer.Class(hit.Demonstration.Label, study.Study.Collection), hit.Similarity)),
            ],
        };
        return new(record, new Dictionary<string, NamedTensor>());
    }
}
