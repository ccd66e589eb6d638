using Grpc.Core;
using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Reads what the model expects after a text: its most probable next tokens.</summary>
internal sealed class NextTokenReader(StudyContext study, InferenceService.InferenceServiceClient inference)
{
    /// <summary>Tokens that are kept of each distribution.</summary>
    public const int TopTokens = 1000;

    /// <summary>The most probable next tokens with their natural log-probabilities, most probable first.</summary>
    public Task<LensReading> ReadAsync(IEnumerable<Segment> segments, CancellationToken cancellationToken) =>
        Leg.NameFailures(Leg.Capture, CaptureAsync(segments, cancellationToken), cancellationToken);

    private async Task<LensReading> CaptureAsync(IEnumerable<Segment> segments, CancellationToken cancellationToken)
    {
        var request = new CaptureRequest
        {
            Model = study.Study.Model,
            Segments = { segments },
            Lens = new() { Layers = { study.Model.Layers - 1 }, Positions = { -1 } },
            LensTop = TopTokens,
        };
        using var call = inference.Capture(request, cancellationToken: cancellationToken);
        var reading = new LensReading();
        await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            reading = message.Block?.Readings.LastOrDefault() ?? reading;
        }

        return reading;
    }
}
