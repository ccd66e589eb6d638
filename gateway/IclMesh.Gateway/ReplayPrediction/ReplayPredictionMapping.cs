using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ReplayPrediction;

internal static class ReplayPredictionMapping
{
    /// <summary>What is different in a replay.</summary>
    public static PredictionDifference Compare(PredictResponse recorded, PredictResponse replayed)
    {
        var before = recorded.Demonstrations.Select(d => d.Id).ToList();
        var after = replayed.Demonstrations.Select(d => d.Id).ToList();
        var changes = recorded.Probabilities.Zip(replayed.Probabilities, (old, now) => now.LogProbability - old.LogProbability).ToList();
        return new()
        {
            LabelChanged = recorded.Label != replayed.Label,
            LogProbabilityChanges = { changes },
            LargestChange = changes.Max(Math.Abs),
            SameLogitsHash = recorded.LogitsHash == replayed.LogitsHash,
            AddedDemonstrationIds = { after.Except(before) },
            RemovedDemonstrationIds = { before.Except(after) },
            OrderChanged = !before.Where(after.Contains).SequenceEqual(after.Where(before.Contains)),
            SameModel = recorded.Model.Equals(replayed.Model),
            SameCollectionVersion = recorded.CollectionVersion == replayed.CollectionVersion,
        };
    }
}
