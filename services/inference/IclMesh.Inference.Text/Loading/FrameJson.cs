using System.Text.Json;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The <c>post_processor</c> of a tokenizer.json, as far as it concerns single texts.</summary>
internal static class FrameJson
{
    public static SequenceFrame Read(JsonFields settings, Vocabulary vocabulary)
    {
        var type = settings.Text("type");
        ComponentFields.Check($"post_processor {type}", settings, Required(type), Optional(type));
        switch (type)
        {
            case "Sequence":
                return settings.Objects("processors").Aggregate(SequenceFrame.None, (inner, outer) => inner.Then(Read(outer, vocabulary)));
            case "ByteLevel":
                return SequenceFrame.None with
                {
                    TrimsOffsets = settings.Flag("trim_offsets") ?? true,
                    IgnoresPrefixSpace = settings.Flag("add_prefix_space") ?? true,
                };
            case "BertProcessing":
                return Classic(settings, vocabulary);
            case "RobertaProcessing":
                return Classic(settings, vocabulary) with
                {
                    TrimsOffsets = settings.Flag("trim_offsets") ?? true,
                    IgnoresPrefixSpace = settings.Flag("add_prefix_space") ?? true,
                };
            case "TemplateProcessing":
                return Template(settings, vocabulary);
            default:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"post_processor '{type}' is not supported; Sequence, ByteLevel, BertProcessing, RobertaProcessing and TemplateProcessing are");
        }
    }

    private static string Required(string? type) => type switch
    {
        "Sequence" => "processors",
        "ByteLevel" => "trim_offsets",
        "BertProcessing" => "cls sep",
        "RobertaProcessing" => "cls sep trim_offsets",
        "TemplateProcessing" => "single special_tokens",
        _ => "",
    };

    private static string Optional(string? type) => type switch
    {
        // use_regex concerns the pre-tokenizer, pair the texts in pairs that nobody sends here.
        "ByteLevel" => "add_prefix_space use_regex",
        "RobertaProcessing" => "add_prefix_space",
        "TemplateProcessing" => "pair",
        _ => "",
    };

    private static SequenceFrame Classic(JsonFields settings, Vocabulary vocabulary) =>
        new([Named(settings, "cls", vocabulary)], [Named(settings, "sep", vocabulary)]);

    /// <summary>A pair of text and id.</summary>
    private static int Named(JsonFields settings, string field, Vocabulary vocabulary) =>
        settings.List(field) is [_, { ValueKind: JsonValueKind.Number } number] && number.TryGetInt32(out var id)
            ? Known(settings, id, vocabulary)
            : throw FileFaults.Corrupt(settings.Path, $"post_processor: {field} must be a text and an id");

    private static SequenceFrame Template(JsonFields settings, Vocabulary vocabulary)
    {
        List<int> before = [], after = [];
        var target = before;
        foreach (var piece in settings.Objects("single"))
        {
            ComponentFields.Check("post_processor TemplateProcessing", piece, optional: "SpecialToken Sequence");
            foreach (var part in new[] { piece.Object("SpecialToken"), piece.Object("Sequence") })
            {
                CheckPart(part);
            }

            if (piece.Object("SpecialToken")?.Text("id") is { } special)
            {
                target.AddRange(Ids(settings, special, vocabulary));
            }
            else if (piece.Object("Sequence") is not null && target == before)
            {
                target = after;
            }
            else
            {
                throw FileFaults.Unsupported(settings.Path, "post_processor: a template must hold special tokens and the text once");
            }
        }

        return target == after
            ? new(before, after)
            : throw FileFaults.Corrupt(settings.Path, "post_processor: the template holds no text");
    }

    private static IEnumerable<int> Ids(JsonFields settings, string special, Vocabulary vocabulary)
    {
        var token = settings.Object("special_tokens")?.Object(special)
            ?? throw FileFaults.Corrupt(settings.Path, $"post_processor: special token '{special}' is not defined");
        ComponentFields.Check("post_processor TemplateProcessing", token, "id ids", "tokens");
        var ids = token.List("ids");
        foreach (var id in ids)
        {
            yield return id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number)
                ? Known(settings, number, vocabulary)
                : throw FileFaults.Corrupt(settings.Path, $"post_processor: ids of '{special}' must be whole numbers");
        }
    }

    /// <summary>A part of a template has a name and a type, which for single texts is 0 everywhere: encoders here read no other.</summary>
    private static void CheckPart(JsonFields? part)
    {
        if (part is not { } fields)
        {
            return;
        }

        ComponentFields.Check("post_processor TemplateProcessing", fields, "id", "type_id");
        if (fields.Integer("type_id") is not (null or 0))
        {
            throw FileFaults.Unsupported(fields.Path, $"post_processor TemplateProcessing: type_id {fields.Integer("type_id")} in single is not supported, 0 is");
        }
    }

    private static int Known(JsonFields settings, int id, Vocabulary vocabulary) => id >= 0 && id < vocabulary.Size
        ? id
        : throw FileFaults.Corrupt(settings.Path, $"post_processor: id must be between 0 and {vocabulary.Size - 1}, is {id}");
}
