using System.Text;
using System.Text.Json;
using IclMesh.Inference.Core.Tokenization.Loading;

namespace IclMesh.Inference.Core.Sources;

/// <summary>What the files beside tokenizer.json say: begin and end token, chat template.</summary>
/// <param name="Boundaries">Begin and end token.</param>
/// <param name="ChatTemplate">The default chat template; null where there is none.</param>
internal sealed record TokenizerSettings(SequenceBoundaries Boundaries, string? ChatTemplate)
{
    private const int MaximumTemplateBytes = 4 << 20;

    public static TokenizerSettings Read(string folder)
    {
        using var settings = JsonFile.TryOpen(Path.Combine(folder, "tokenizer_config.json"));
        using var configuration = JsonFile.TryOpen(Path.Combine(folder, "config.json"));
        string? begin = null, end = null, template = null;
        if (settings is not null)
        {
            var fields = new JsonFields(Path.Combine(folder, "tokenizer_config.json"), settings.RootElement);
            (begin, end, template) = (Token(fields, "bos_token"), Token(fields, "eos_token"), Template(fields));
        }

        int? beginId = null, endId = null;
        if (configuration is not null)
        {
            var fields = new JsonFields(Path.Combine(folder, "config.json"), configuration.RootElement);
            (beginId, endId) = (Id(fields, "bos_token_id"), Id(fields, "eos_token_id"));
        }

        // Newer models keep the template in a file of its own, which outranks the setting.
        var templateFile = Path.Combine(folder, "chat_template.jinja");
        return new(new(begin, beginId, end, endId), File.Exists(templateFile) ? ReadTemplate(templateFile) : template);
    }

    private static string ReadTemplate(string path)
    {
        using var file = new MappedFile(path);
        return file.Length <= MaximumTemplateBytes
            ? Encoding.UTF8.GetString(file.Slice(0, file.Length))
            : throw FileFaults.Unsupported(path, $"{file.Length} bytes exceed the limit of {MaximumTemplateBytes} for a chat template");
    }

    /// <summary>A token is a text, or an object that holds it.</summary>
    private static string? Token(JsonFields fields, string name) => fields.Find(name) switch
    {
        { ValueKind: JsonValueKind.Object } token => new JsonFields(fields.Path, token).Text("content"),
        _ => fields.Text(name),
    };

    /// <summary>An id, or a list of them of which the first is the model's own.</summary>
    private static int? Id(JsonFields fields, string name) => fields.Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } ids => ids.GetArrayLength() > 0 && ids[0].ValueKind == JsonValueKind.Number && ids[0].TryGetInt32(out var id) ? id : null,
        _ => fields.Integer(name),
    };

    /// <summary>A template, or a list of named ones of which <c>default</c> is meant.</summary>
    private static string? Template(JsonFields fields)
    {
        if (fields.Find("chat_template") is not { ValueKind: JsonValueKind.Array })
        {
            return fields.Text("chat_template");
        }

        foreach (var template in fields.Objects("chat_template"))
        {
            if (template.Text("name") == "default")
            {
                return template.Text("template");
            }
        }

        return null;
    }
}
