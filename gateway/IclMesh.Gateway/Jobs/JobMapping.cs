using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>Jobs on the wire.</summary>
internal static class JobMapping
{
    public static Job ToWire(this JobEntry entry)
    {
        var spec = entry.Spec.Clone();
        spec.Study.Rows.Clear();
        var job = new Job
        {
            Id = entry.Id,
            Spec = spec,
            Rows = entry.Spec.Study.Rows.Count,
            State = entry.State,
            Phase = entry.Phase,
            Done = entry.Done,
            Total = entry.Total,
            Rate = entry.Rate,
            Error = entry.Error,
            CreateTime = Timestamp.FromDateTimeOffset(entry.Created),
            UpdateTime = Timestamp.FromDateTimeOffset(entry.Updated),
            Attempts = entry.Attempts,
        };
        if (entry.State == JobState.Running && entry.Rate > 0)
        {
            job.Remaining = Duration.FromTimeSpan(TimeSpan.FromSeconds((entry.Total - entry.Done) / entry.Rate));
        }

        return job;
    }

    public static bool HasEnded(this JobEntry entry) => entry.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;
}
