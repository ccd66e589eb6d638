using IclMesh.Gateway.Legs;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.MeasureInfluence;

/// <summary>Takes each demonstration out in turn and sets what that changes beside the kernel's estimate.</summary>
internal sealed class MeasureInfluenceHandler(
    PredictHandler predict, PromptScorer scorer, KernelService.KernelServiceClient kernel, IOptions<GatewayOptions> options)
{
    public async Task<MeasureInfluenceResponse> HandleAsync(MeasureInfluenceRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.Require(request.Request is not null, "request", "must not be empty");
        rules.ThrowIfBroken();

        var complete = await predict.CompleteAsync(request.Request!, cancellationToken);
        complete.Request.Combination = null;
        var prediction = await predict.PredictAsync(complete, cancellationToken);
        var verbalizer = new Verbalizer(complete.Request.Labels);
        var prompt = new PromptBuilder(prediction.Template, verbalizer);
        var demonstrations = RecordedDemonstrations.From(prediction, verbalizer);

        // All at once: inference packs them, and each shares its prefix up to the gap with the prompt that was just scored.
        var without = new ScoreResponse[demonstrations.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.BatchConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, without.Length, parallel, async (i, token) =>
        {
            var rest = demonstrations.Where((_, other) => other != i);
            without[i] = await scorer.ScoreAsync(complete.Request.Model, prompt, rest, complete.Request.Input, Leg.Influence, token);
        });

        var response = MeasureInfluenceMapping.ToResponse(prediction, verbalizer, without);
        foreach (var view in prediction.KernelViews)
        {
            response.Estimates.Add(new InfluenceEstimate
            {
                View = view.Name,
                RemovalEffects = { view.RemovalEffects },
                Correlation = await CorrelateAsync(view.RemovalEffects, response.Demonstrations.Select(d => d.MarginChange), cancellationToken),
            });
        }

        return response;
    }

    private async Task<Interval?> CorrelateAsync(IReadOnlyList<double> estimated, IEnumerable<double> measured, CancellationToken cancellationToken)
    {
        if (estimated.Count < 2)
        {
            return null;
        }

        using var call = kernel.CorrelateValuesAsync(new() { X = { estimated }, Y = { measured } }, cancellationToken: cancellationToken);
        return (await Leg.NameFailures(Leg.Explain, call.ResponseAsync, cancellationToken)).Pearson;
    }
}
