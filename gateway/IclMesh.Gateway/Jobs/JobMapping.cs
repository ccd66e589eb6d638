using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>Jobs on the wire.</summary>
internal static class JobMapping
{
    public static Job ToWire(this JobEntry entry)
    {
        var progress = entry.Progress;
        var job = new Job
        {
            Id = entry.Id,
            Spec = entry.Header,
            Rows = entry.Rows,
            State = entry.State,
            Phase = progress.Phase,
            Done = progress.Done,
            Total = progress.Total,
            Rate = progress.Rate,
            Error = entry.Error,
            CreateTime = Timestamp.FromDateTimeOffset(entry.Created),
            UpdateTime = Timestamp.FromDateTimeOffset(entry.Updated),
            Attempts = entry.Attempts,
        };
        if (entry.State == JobState.Running && progress.Rate > 0)
        {
            job.Remaining = Duration.FromTimeSpan(TimeSpan.FromSeconds((progress.Total - progress.Done) / progress.Rate));
        }

        return job;
    }
}
