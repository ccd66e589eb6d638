using Grpc.Core;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>A kernel service in whose views no two demonstrations weigh the same: the attention view prefers late ones, the similarity view early ones.</summary>
internal sealed class FakeKernel : KernelService.KernelServiceBase
{
    public ExplainPredictionRequest? Last { get; private set; }

    /// <summary>Changes an explanation before it is sent.</summary>
    public Action<ExplainPredictionResponse> Change { get; set; } = _ => { };

    public Func<ServerCallContext, Task> BeforeExplain { get; set; } = _ => Task.CompletedTask;

    public override async Task<ExplainPredictionResponse> ExplainPrediction(ExplainPredictionRequest request, ServerCallContext context)
    {
        Last = request;
        await BeforeExplain(context);
        var predicted = request.ModelProbabilities.Index().MaxBy(share => share.Item).Index;
        var answer = new ExplainPredictionResponse
        {
            Views = { View("attention", request, predicted, i => i + 1), View("similarity", request, predicted, i => request.Labels.Count - i) },
            PredictedClass = predicted,
            Faithfulness = request.Profile?.Faithfulness,
            Weak = request.Profile is null,
        };
        Change(answer);
        return answer;
    }

    public override Task<CorrelateValuesResponse> CorrelateValues(CorrelateValuesRequest request, ServerCallContext context)
    {
        var (x, y) = (request.X.Average(), request.Y.Average());
        var covariance = request.X.Zip(request.Y, (a, b) => (a - x) * (b - y)).Sum();
        var scale = Math.Sqrt(request.X.Sum(a => (a - x) * (a - x)) * request.Y.Sum(b => (b - y) * (b - y)));
        return Task.FromResult(new CorrelateValuesResponse { Pearson = new() { Estimate = covariance / scale, Low = -1, High = 1 } });
    }

    private static KernelView View(string name, ExplainPredictionRequest request, int predicted, Func<int, int> preference)
    {
        var sum = request.Labels.Select((_, i) => (double)preference(i)).Sum();
        double[] weights = [.. request.Labels.Select((_, i) => preference(i) / sum)];
        double[] votes = [.. request.ModelProbabilities.Select((_, label) => weights.Where((_, i) => request.Labels[i] == label).Sum())];
        return new()
        {
            Name = name,
            Agrees = true,
            EffectiveCount = 1 / weights.Sum(weight => weight * weight),
            Weights = { weights },
            Contributions = { weights.Select((weight, i) => weight * ((request.Labels[i] == predicted ? 1 : 0) - (1.0 / votes.Length))) },
            RemovalEffects = { weights.Select((weight, i) => request.Labels[i] == predicted ? weight / 2 : -weight / 4) },
            Probabilities = { votes },
        };
    }
}
