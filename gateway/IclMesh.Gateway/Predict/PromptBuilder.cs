using System.Text;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Writes the prompt as typed segments; inference tokenises them.</summary>
internal sealed class PromptBuilder(PromptTemplate template, Verbalizer verbalizer)
{
    public const string TextPlaceholder = "{text}";
    public const string LabelPlaceholder = "{label}";

    /// <summary>Figure 1 of arXiv 2305.12766.</summary>
    public static PromptTemplate PaperTemplate { get; } = new()
    {
        Input = $"Input: {TextPlaceholder}\nOutput:",
        Label = $" {LabelPlaceholder}",
        Separator = "\n\n",
    };

    /// <summary>The request's template, else the model's own format, else the paper's.</summary>
    public static PromptTemplate Choose(PromptTemplate? requested, PromptFormat? format) =>
        requested ?? (format is null
            ? PaperTemplate
            : new() { Instruction = format.Instruction, Input = format.Input, Label = format.Label, Separator = format.Separator });

    /// <summary>The prompt, in order.</summary>
    public IEnumerable<Segment> Build(IEnumerable<PromptedDemonstration> demonstrations, string input)
    {
        if (template.Instruction.Length > 0)
        {
            yield return Piece(SegmentKind.Instruction, template.Instruction);
        }

        foreach (var (hit, label) in demonstrations)
        {
            var demonstration = hit.Demonstration;
            yield return Piece(SegmentKind.DemonstrationInput, template.Input, demonstration.Id, TextPlaceholder, demonstration.Text);
            yield return Piece(SegmentKind.DemonstrationLabel, template.Label, demonstration.Id, LabelPlaceholder, verbalizer.Word(label));
            if (template.Separator.Length > 0)
            {
                yield return Piece(SegmentKind.Separator, template.Separator, demonstration.Id);
            }
        }

        yield return Piece(SegmentKind.Query, template.Input, placeholder: TextPlaceholder, value: input);
    }

    /// <summary>What the model is asked to continue with, one for each label.</summary>
    public IEnumerable<string> Choices() => Enumerable.Range(0, verbalizer.Count).Select(WriteLabel);

    /// <summary>Name of a label in the answer.</summary>
    public string LabelName(int label) => verbalizer.Name(label);

    private string WriteLabel(int label) => template.Label.Replace(LabelPlaceholder, verbalizer.Word(label), StringComparison.Ordinal);

    /// <summary>A part of the template; special tokens are its own, never those that a text put into it spells.</summary>
    private static Segment Piece(SegmentKind kind, string part, string demonstrationId = "", string? placeholder = null, string value = "")
    {
        var segment = new Segment { Kind = kind, DemonstrationId = demonstrationId, RecognizeSpecialTokens = true };
        var text = new StringBuilder(part.Length + value.Length);
        var copied = 0;
        while (placeholder is not null && part.IndexOf(placeholder, copied, StringComparison.Ordinal) is >= 0 and var found)
        {
            text.Append(part, copied, found - copied);
            segment.LiteralParts.Add(new TextRange { Utf16Start = text.Length, Utf16Length = value.Length });
            text.Append(value);
            copied = found + placeholder.Length;
        }

        segment.Text = text.Append(part, copied, part.Length - copied).ToString();
        return segment;
    }
}
