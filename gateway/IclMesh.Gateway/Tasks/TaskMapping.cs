using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tasks;

internal static class TaskMapping
{
    /// <summary>The request that a task stands for, without an input.</summary>
    public static PredictRequest ToRequest(PredictionTask task)
    {
        var request = new PredictRequest
        {
            Task = task.Name,
            Collection = task.Collection,
            Labels = { task.Labels },
            Model = task.Model,
            Encoder = task.Encoder,
            Template = task.Template,
            Selection = task.Selection,
            Explanation = task.Explanation,
            HeadProfile = task.HeadProfile,
            AttentionPooling = task.AttentionPooling,
            Calibration = task.Calibration,
            ContentFreeInputs = { task.ContentFreeInputs },
            Combination = task.Combination,
        };
        if (task.HasMaxPromptTokens)
        {
            request.MaxPromptTokens = task.MaxPromptTokens;
        }

        return request;
    }

    /// <summary>A request with everything that its task gives.</summary>
    public static CompleteRequest Complete(PredictRequest request, PredictionTask? task) =>
        task is null
            ? new(request, TaskVersion: 0, ProfileIsStored: false)
            : new(Override(ToRequest(task), request), task.Version, ProfileIsStored: request.HeadProfile is null);

    /// <summary>A request with the fields of another one that are set in their place.</summary>
    public static PredictRequest Override(PredictRequest request, PredictRequest with)
    {
        var merged = request.Clone();

        // Merging appends lists: those that are replaced go first.
        if (with.Labels.Count > 0)
        {
            merged.Labels.Clear();
        }

        if (with.ContentFreeInputs.Count > 0)
        {
            merged.ContentFreeInputs.Clear();
        }

        if (with.HeadProfile is not null)
        {
            merged.HeadProfile = null;
        }

        merged.MergeFrom(with);
        return merged;
    }

    /// <summary>A task as it is stored: with version and times.</summary>
    public static PredictionTask Stamp(PredictionTask task, long version, Timestamp created, Timestamp updated)
    {
        var stamped = task.Clone();
        stamped.Version = version;
        stamped.CreateTime = created;
        stamped.UpdateTime = updated;
        return stamped;
    }
}
