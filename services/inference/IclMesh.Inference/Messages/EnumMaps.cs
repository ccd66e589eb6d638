using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Messages;

/// <summary>Enumerations of the core by name to those of the wire and back, so that neither side's order or numbers mean anything.</summary>
/// <remarks>Values of the wire are checked by each RPC's rules before they come here; one that is unknown here is a bug.</remarks>
internal static class EnumMaps
{
    public static SegmentKind ToCore(this V1.SegmentKind kind) => kind switch
    {
        V1.SegmentKind.Instruction => SegmentKind.Instruction,
        V1.SegmentKind.DemonstrationInput => SegmentKind.DemonstrationInput,
        V1.SegmentKind.DemonstrationLabel => SegmentKind.DemonstrationLabel,
        V1.SegmentKind.Separator => SegmentKind.Separator,
        V1.SegmentKind.Query => SegmentKind.Query,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static V1.SegmentKind ToWire(this SegmentKind kind) => kind switch
    {
        SegmentKind.Instruction => V1.SegmentKind.Instruction,
        SegmentKind.DemonstrationInput => V1.SegmentKind.DemonstrationInput,
        SegmentKind.DemonstrationLabel => V1.SegmentKind.DemonstrationLabel,
        SegmentKind.Separator => V1.SegmentKind.Separator,
        SegmentKind.Query => V1.SegmentKind.Query,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static AttentionPooling ToCore(this V1.AttentionPooling pooling) => pooling switch
    {
        V1.AttentionPooling.Max => AttentionPooling.Max,
        V1.AttentionPooling.Sum => AttentionPooling.Sum,
        V1.AttentionPooling.Mean => AttentionPooling.Mean,
        V1.AttentionPooling.Label => AttentionPooling.Label,
        V1.AttentionPooling.Tail => AttentionPooling.Tail,
        _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, null),
    };

    /// <summary>A pooling as a model's card spells it, whatever its case; null for a name that is none.</summary>
    public static V1.AttentionPooling? ToPooling(string name) => name.ToUpperInvariant() switch
    {
        "MAX" => V1.AttentionPooling.Max,
        "SUM" => V1.AttentionPooling.Sum,
        "MEAN" => V1.AttentionPooling.Mean,
        "LABEL" => V1.AttentionPooling.Label,
        "TAIL" => V1.AttentionPooling.Tail,
        _ => null,
    };

    /// <summary>Unset is the sum.</summary>
    public static ScoreNormalization ToCore(this V1.ScoreNormalization normalization) => normalization switch
    {
        V1.ScoreNormalization.Unspecified or V1.ScoreNormalization.Sum => ScoreNormalization.Sum,
        V1.ScoreNormalization.Token => ScoreNormalization.Token,
        V1.ScoreNormalization.Character => ScoreNormalization.Character,
        V1.ScoreNormalization.Byte => ScoreNormalization.Byte,
        V1.ScoreNormalization.Unconditional => ScoreNormalization.Unconditional,
        _ => throw new ArgumentOutOfRangeException(nameof(normalization), normalization, null),
    };

    public static V1.CaptureKind ToWire(this CaptureKind kind) => kind switch
    {
        CaptureKind.Attention => V1.CaptureKind.Attention,
        CaptureKind.Hidden => V1.CaptureKind.Hidden,
        CaptureKind.Keys => V1.CaptureKind.Keys,
        CaptureKind.PlainKeys => V1.CaptureKind.KeysBeforeRotation,
        CaptureKind.Values => V1.CaptureKind.Values,
        CaptureKind.Lens => V1.CaptureKind.Lens,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Unset while the text goes on.</summary>
    public static V1.FinishReason ToWire(this FinishReason? reason) => reason switch
    {
        null => V1.FinishReason.Unspecified,
        FinishReason.StopToken => V1.FinishReason.StopToken,
        FinishReason.StopText => V1.FinishReason.StopText,
        FinishReason.MaxTokens => V1.FinishReason.MaxTokens,
        FinishReason.ContextFull => V1.FinishReason.ContextFull,
        FinishReason.Choice => V1.FinishReason.Choice,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    /// <summary>A family as records of models spell it.</summary>
    public static string ToWire(this ModelFamily family) => family switch
    {
        ModelFamily.Llama => "llama",
        ModelFamily.Qwen2 => "qwen2",
        ModelFamily.Qwen3 => "qwen3",
        ModelFamily.Gpt2 => "gpt2",
        ModelFamily.GptJ => "gptj",
        ModelFamily.GptNeoX => "gptneox",
        ModelFamily.Bert => "bert",
        ModelFamily.IclMeshTiny => "iclmeshtiny",
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, null),
    };
}
