using Grpc.Core;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>A kernel service that weighs all demonstrations equally.</summary>
internal sealed class FakeKernel : KernelService.KernelServiceBase
{
    public ExplainPredictionRequest? Last { get; private set; }

    public Func<ServerCallContext, Task> BeforeExplain { get; set; } = _ => Task.CompletedTask;

    public override async Task<ExplainPredictionResponse> ExplainPrediction(ExplainPredictionRequest request, ServerCallContext context)
    {
        Last = request;
        await BeforeExplain(context);
        var n = request.Labels.Count;
        var view = new KernelView { Agrees = true, EffectiveCount = n };
        view.Weights.AddRange(Enumerable.Repeat(1.0 / n, n));
        view.Contributions.AddRange(Enumerable.Repeat(0.1, n));
        view.RemovalEffects.AddRange(Enumerable.Range(1, n).Select(i => 0.1 * i));
        view.Probabilities.AddRange(request.ModelProbabilities);
        var similarity = view.Clone();
        view.Name = "attention";
        similarity.Name = "similarity";
        return new() { Views = { view, similarity }, PredictedClass = 1, Weak = request.Profile is null };
    }

    public override Task<CorrelateValuesResponse> CorrelateValues(CorrelateValuesRequest request, ServerCallContext context)
    {
        var (x, y) = (request.X.Average(), request.Y.Average());
        var covariance = request.X.Zip(request.Y, (a, b) => (a - x) * (b - y)).Sum();
        var scale = Math.Sqrt(request.X.Sum(a => (a - x) * (a - x)) * request.Y.Sum(b => (b - y) * (b - y)));
        return Task.FromResult(new CorrelateValuesResponse { Pearson = new() { Estimate = covariance / scale, Low = -1, High = 1 } });
    }
}
