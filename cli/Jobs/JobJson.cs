using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Jobs;

/// <summary>A job for programs.</summary>
internal static class JobJson
{
    public static object From(Job job) => new
    {
        job.Id,
        Analysis = job.Spec.AnalysisCase.ToString().ToLowerInvariant(),
        State = job.State.ToString().ToLowerInvariant(),
        job.Phase,
        job.Done,
        job.Total,
        job.Rate,
        RemainingSeconds = job.Remaining?.ToTimeSpan().TotalSeconds,
        Error = job.Error?.Message,
        Created = job.CreateTime.ToDateTimeOffset(),
        Updated = job.UpdateTime.ToDateTimeOffset(),
        job.Attempts,
        job.Rows,
        job.Spec.Study.Model,
        job.Spec.Study.Collection,
    };
}
