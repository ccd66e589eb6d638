using System.Runtime.CompilerServices;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Telemetry;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Capture;

/// <summary>Records what happens inside the model while a prompt runs.</summary>
internal sealed class CaptureHandler(ModelLibrary library, InferenceTelemetry telemetry, TimeProvider time)
{
    private const string Operation = "text_completion";

    /// <summary>Handles one call.</summary>
    public async IAsyncEnumerable<CaptureResponse> HandleAsync(
        CaptureRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CaptureRules.Check(request);
        using var span = telemetry.Start(Operation, request.Model);
        var start = time.GetTimestamp();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        var model = lease.Language;

        using var recording = await model.CaptureAsync(request.ToCall(), cancellationToken);
        yield return recording.Prompt.ToResponse(model.Source.Reference(model.Precision, model.Provider));
        await foreach (var block in recording.Blocks)
        {
            yield return block.ToResponse(model.Source.Tokenizer);
        }

        telemetry.Record(span, Operation, request.Model, time.GetElapsedTime(start), recording.Prompt.Tokens.Length, 0, 0);
    }
}
