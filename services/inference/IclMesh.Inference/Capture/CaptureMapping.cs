using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Inference.V1;
using IclMesh.Type.V1;
using Block = IclMesh.Inference.Core.Capturing.CaptureBlock;
using Kind = IclMesh.Inference.Core.Capturing.CaptureKind;
using Site = IclMesh.Inference.Core.Capturing.CaptureSite;

namespace IclMesh.Inference.Capture;

/// <summary>Between the messages of <c>Capture</c> and the core.</summary>
internal static class CaptureMapping
{
    private const int DefaultLensTokens = 10;

    /// <summary>Request to call.</summary>
    public static CaptureCall ToCall(this CaptureRequest request) => new()
    {
        Segments = [.. request.Segments.Select(segment => segment.ToSegment())],
        Budget = request.HasMaxPromptTokens ? request.MaxPromptTokens : null,
        Attention = ToSite(request.Attention),
        Hidden = ToSite(request.Hidden),
        Keys = ToSite(request.Keys),
        PlainKeys = ToSite(request.KeysBeforeRotation),
        Values = ToSite(request.Values),
        Lens = ToSite(request.Lens),
        LensTop = request.LensTop == 0 ? DefaultLensTokens : request.LensTop,
    };

    /// <summary>The first message.</summary>
    public static CaptureResponse ToResponse(this Prompt prompt, ModelReference model)
    {
        var captured = new CapturedPrompt { Model = model };
        captured.TokenIds.AddRange(prompt.Tokens);
        captured.Spans.AddRange(prompt.Spans.Select(SegmentMapping.ToSpan));
        captured.DroppedDemonstrationIds.AddRange(prompt.Dropped);
        return new() { Prompt = captured };
    }

    /// <summary>A block.</summary>
    public static CaptureResponse ToResponse(this Block block, ITextTokenizer tokenizer)
    {
        var message = new V1.CaptureBlock { Kind = block.Kind.ToWire(), Layer = block.Layer };
        message.Heads.AddRange(block.Heads);
        message.Positions.AddRange(block.Positions);
        if (block.Kind == Kind.Lens)
        {
            message.Readings.AddRange(block.Readings.Select((reading, index) => ToReading(block.Positions[index], reading, tokenizer)));
        }
        else
        {
            message.Values = new Tensor { Values = block.Numbers.ToLittleEndian() };
            message.Values.Shape.AddRange(block.Shape);
        }

        return new() { Block = message };
    }

    private static LensReading ToReading(int position, IReadOnlyList<Core.Capturing.TokenProbability> tokens, ITextTokenizer tokenizer)
    {
        var reading = new LensReading { Position = position };
        reading.Tokens.AddRange(tokens.Select(token => token.ToMessage(tokenizer)));
        return reading;
    }

    private static Site? ToSite(V1.CaptureSite? site) =>
        site is null ? null : new() { Layers = site.Layers, Heads = site.Heads, Positions = site.Positions };
}
