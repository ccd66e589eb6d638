using IclMesh.Kernel.Core.Evaluation;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.MeasurePredictions;

internal sealed class MeasurePredictionsHandler(WorkLimits limits)
{
    public MeasurePredictionsResponse Handle(MeasurePredictionsRequest request)
    {
        var probabilities = MeasurePredictionsRules.Check(request, limits);
        int[] gold = [.. request.Gold];
        var measures = PredictionMeasures.Of(probabilities, gold);
        var response = measures.ToResponse();
        if (request.Baseline.Count > 0)
        {
            int[] predicted = [.. Enumerable.Range(0, gold.Length).Select(q => Statistics.ArgMax(probabilities.Row(q)))];
            int[] baseline = [.. request.Baseline];
            response.Difference = PredictionMeasures.Difference(predicted, baseline, gold).ToMessage();
            response.Agreement = ConfidenceInterval.Wilson(predicted.Zip(baseline).Count(pair => pair.First == pair.Second), gold.Length).ToMessage();
        }

        return response;
    }
}
