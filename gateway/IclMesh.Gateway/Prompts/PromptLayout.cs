using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Prompts;

/// <summary>Writes a prompt in the form that a request asks for.</summary>
internal sealed class PromptLayout(PromptBuilder prompt, BuildPromptRequest request)
{
    /// <summary>The prompt with these demonstrations.</summary>
    public WrittenPrompt Write(IReadOnlyList<PromptedDemonstration> demonstrations)
    {
        var segments = prompt.Build(demonstrations, request.Input).ToList();
        return new(segments, request.Form == PromptForm.Chat ? [.. segments.Where(segment => segment.Kind != SegmentKind.Separator).Select(ToMessage)] : []);
    }

    /// <summary>The instruction is the system's, inputs the user's, labels the assistant's; blanks around them belong to the completion form.</summary>
    private static PromptMessage ToMessage(Segment segment) => new(
        segment.Kind switch
        {
            SegmentKind.Instruction => "system",
            SegmentKind.DemonstrationLabel => "assistant",
            _ => "user",
        },
        segment.Text.Trim(),
        segment.Kind,
        segment.DemonstrationId);
}
