using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class CalibrationTests
{
    [Fact]
    public async Task Predict_Calibrated_ScoresTheSameDemonstrationsWithoutAText()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Calibration = CalibrationMethod.Contextual;

        var answer = await mesh.PredictAsync(request);

        var queries = mesh.Inference.Scores.Select(score => score.Segments[^1].Text).ToList();
        Assert.Equal("Input: gripping\nOutput:", queries[0]);
        Assert.Equal(["Input: N/A\nOutput:", "Input: [MASK]\nOutput:", "Input: \nOutput:"], queries.Skip(1).OrderBy(query => query.IndexOf('/', StringComparison.Ordinal) < 0).ThenByDescending(query => query.Length));
        Assert.All(mesh.Inference.Scores, score => Assert.Equal(["b", "b", "b", "c", "c", "c", ""], score.Segments.Select(s => s.DemonstrationId)));
        Assert.All(mesh.Inference.Scores.Skip(1), score => Assert.Null(score.Attention));

        // The fake says the same with and without a text: nothing is left of it after calibration.
        Assert.Equal([0.5, 0.5], answer.Calibration.Probabilities.Select(p => Math.Round(p, 12)));
        Assert.Equal("Positive", answer.Label);
        Assert.Equal(1, answer.Calibration.Prior.Sum(), 12);
        Assert.Contains("calibrate", answer.Timings.Select(timing => timing.Leg));
    }

    [Fact]
    public async Task Predict_DemonstrationDropped_CalibratesWithoutItToo()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (request, _) =>
        {
            var answer = Fakes.FakeInference.Answer(request);
            if (request.Segments[^1].Text.Contains("gripping", StringComparison.Ordinal))
            {
                answer.DroppedDemonstrationIds.Add("b");
            }

            return Task.FromResult(answer);
        };
        var request = GatewayFixture.Request();
        request.Explanation = ExplanationLevel.None;
        request.Calibration = CalibrationMethod.Contextual;
        request.ContentFreeInputs.Add("nothing");

        await mesh.PredictAsync(request);

        Assert.Equal(["c"], mesh.Inference.LastScore!.Segments.Where(s => s.Kind == SegmentKind.DemonstrationInput).Select(s => s.DemonstrationId));
    }

    [Fact]
    public async Task Predict_TooManyContentFreeInputs_NamesTheField()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.ContentFreeInputs.AddRange(Enumerable.Range(0, 17).Select(i => $"{i}"));

        await RpcAssert.RefusesAsync("content_free_inputs", () => mesh.PredictAsync(request));
    }
}
