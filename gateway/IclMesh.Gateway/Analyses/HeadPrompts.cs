using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses;

/// <summary>Recorded prompts as head scans take them.</summary>
internal static class HeadPrompts
{
    /// <summary>A prompt with its pooled attention.</summary>
    /// <param name="unit">The prompt.</param>
    /// <param name="poolings">Poolings that were recorded.</param>
    /// <param name="report">It reports instead of choosing.</param>
    /// <param name="logs">With log-probabilities, so that a mixture is fitted.</param>
    public static RecordedPrompt Of(RecordedUnit unit, IReadOnlyList<AttentionPooling> poolings, bool report, bool logs)
    {
        var prompt = Plain(unit.Record, report, logs);
        foreach (var pooling in poolings)
        {
            var tensor = unit.Tensors[PromptSeries.Quantity(pooling)];
            prompt.Attention.Add(KernelCalls.Tensor(tensor.Shape, tensor.Values));
        }

        return prompt;
    }

    /// <summary>A prompt whose "attention" is one number per demonstration: any other kernel goes through the same vote.</summary>
    /// <param name="record">The prompt whose label is to be reproduced.</param>
    /// <param name="voters">Demonstrations that vote.</param>
    /// <param name="weight">Weight of each, 0 or more.</param>
    /// <param name="report">It reports instead of choosing.</param>
    public static RecordedPrompt Of(PromptRecord record, IReadOnlyList<ShownDemonstration> voters, Func<ShownDemonstration, double> weight, bool report)
    {
        var prompt = Plain(record, report, logs: false);
        prompt.Labels.Clear();
        prompt.Labels.AddRange(voters.Select(voter => voter.Label));
        prompt.Attention.Add(KernelCalls.Tensor([1, 1, voters.Count], voters.Select(voter => (float)weight(voter)).ToArray()));
        return prompt;
    }

    private static RecordedPrompt Plain(PromptRecord record, bool report, bool logs)
    {
        var prompt = new RecordedPrompt
        {
            Labels = { record.Demonstrations.Select(demonstration => demonstration.Label) },
            ModelLabel = record.Predicted,
            GoldLabel = record.Gold,
            Report = report,
        };
        if (logs)
        {
            prompt.LogProbabilities.AddRange(record.LogProbabilities);
        }

        return prompt;
    }
}
