using IclMesh.Gateway.Analyses.Recording;

namespace IclMesh.Gateway.Analyses;

/// <summary>An analysis: what must be recorded, and what is computed from the record.</summary>
internal interface IAnalysis
{
    /// <summary>What must be recorded, in order. Names are unique and depend on the job's parameters alone.</summary>
    IReadOnlyList<ISeries> Plan(StudyContext study, RecordingTools tools);

    /// <summary>Computes the result from the record; asks no model.</summary>
    /// <returns>A document that <see cref="ResultJson"/> can write.</returns>
    Task<object> ComputeAsync(StudyContext study, Trace trace, CancellationToken cancellationToken);
}
