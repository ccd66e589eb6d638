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
            yield return new() { Kind = SegmentKind.Instruction, Text = template.Instruction };
        }

        foreach (var (hit, label) in demonstrations)
        {
            var demonstration = hit.Demonstration;
            yield return Piece(SegmentKind.DemonstrationInput, WriteInput(demonstration.Text), demonstration.Id);
            yield return Piece(SegmentKind.DemonstrationLabel, WriteLabel(label), demonstration.Id);
            if (template.Separator.Length > 0)
            {
                yield return Piece(SegmentKind.Separator, template.Separator, demonstration.Id);
            }
        }

        yield return new() { Kind = SegmentKind.Query, Text = WriteInput(input) };
    }

    /// <summary>What the model is asked to continue with, one for each label.</summary>
    public IEnumerable<string> Choices() => Enumerable.Range(0, verbalizer.Count).Select(WriteLabel);

    /// <summary>Name of a label in the answer.</summary>
    public string LabelName(int label) => verbalizer.Name(label);

    private static Segment Piece(SegmentKind kind, string text, string demonstrationId) =>
        new() { Kind = kind, Text = text, DemonstrationId = demonstrationId };

    private string WriteInput(string text) => template.Input.Replace(TextPlaceholder, text, StringComparison.Ordinal);

    private string WriteLabel(int label) => template.Label.Replace(LabelPlaceholder, verbalizer.Word(label), StringComparison.Ordinal);
}
