using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Makes the series of a study.</summary>
internal sealed class RecordingTools(StudyContext study, DemonstrationSource source, InferenceService.InferenceServiceClient inference)
{
    public ISeries Prompts(Condition condition) => new PromptSeries(study, condition, source, inference);

    public ISeries Positions(Condition condition, int alignedRows, int probedRows) =>
        new PositionSeries(study, condition, source, inference, alignedRows, probedRows);

    public ISeries Alone(Condition condition, int rows) => new AloneSeries(study, condition, source, inference, rows);

    public ISeries NextTokens(Condition condition) => new NextTokenSeries(study, condition, source, inference);

    public ISeries Neighbours(int neighbours) => new NeighbourSeries(study, source, neighbours);
}
