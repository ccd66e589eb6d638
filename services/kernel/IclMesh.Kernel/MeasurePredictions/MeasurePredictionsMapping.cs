using IclMesh.Kernel.Core.Evaluation;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.MeasurePredictions;

internal static class MeasurePredictionsMapping
{
    public static MeasurePredictionsResponse ToResponse(this PredictionMeasures measures) => new()
    {
        Accuracy = measures.Accuracy.ToMessage(),
        Majority = measures.Majority,
        MacroF1 = measures.MacroF1,
        LogLoss = measures.LogLoss,
        BrierScore = measures.BrierScore,
        CalibrationError = measures.CalibrationError,
        Bins =
        {
            measures.Bins.Select(bin => new V1.ReliabilityBin
            {
                Low = bin.Low,
                High = bin.High,
                Count = bin.Count,
                Confidence = bin.Confidence,
                Accuracy = bin.Accuracy.ToMessage(),
            }),
        },
        Confusion = measures.Confusion.ToDoubles(),
    };
}
