using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Attention;

/// <summary>E3: does attention follow the similarity of what the model expects after the texts?</summary>
internal sealed class SimilarityOfPredictions(KernelCalls kernel)
{
    public async Task<object> ComputeAsync(
        IReadOnlyList<RecordedUnit> units, IReadOnlyList<RecordedUnit> alone, IReadOnlyList<double> agreement, CancellationToken cancellationToken)
    {
        var prompts = units.ToDictionary(unit => unit.Record.Row);
        var pairs = alone.Select(text => (Text: text, Prompt: prompts[text.Record.Row]))

            // A demonstration that did not fit has no attention to compare with.
            .Where(pair => pair.Text.Record.Demonstrations.Length == pair.Prompt.Record.Demonstrations.Length);
        var response = await kernel.CorrelateAttentionAsync(pairs.Select(pair => Request(pair.Prompt, pair.Text)), cancellationToken);
        double[] correlations = [.. response.Heads.Select(head => head.Estimate)];
        int[] finite = [.. Enumerable.Range(0, correlations.Length).Where(head => double.IsFinite(correlations[head]))];
        var maps = await kernel.CorrelateAsync(
            new() { X = { finite.Select(head => agreement[head]) }, Y = { finite.Select(head => correlations[head]) } }, cancellationToken);
        return new
        {
            response.Pairs,
            correlation = ResultJson.Grid(correlations, correlations.Length / response.Layers),
            withAgreement = new { pearson = ResultJson.Of(maps.Pearson), spearman = ResultJson.Of(maps.Spearman) },
        };
    }

    private static CorrelateAttentionRequest Request(RecordedUnit prompt, RecordedUnit text)
    {
        var attention = prompt.Tensors[PromptSeries.Quantity(AttentionPooling.Max)];
        var distributions = text.Tensors["distributions"];
        return new()
        {
            Attention = KernelCalls.Tensor(attention.Shape, attention.Values),
            Distributions = new()
            {
                Fp32 = new()
                {
                    Rows = distributions.Shape[0],
                    Columns = distributions.Shape[1],
                    Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(distributions.Values)),
                },
            },
        };
    }
}
