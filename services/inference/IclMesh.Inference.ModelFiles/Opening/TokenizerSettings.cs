using System.Text;
using System.Text.Json;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>What the files beside tokenizer.json say.</summary>
/// <param name="Tokenizer">Settings of the tokenizer.</param>
/// <param name="ChatTemplate">The default chat template; null where there is none.</param>
internal sealed record TokenizerSettings(TokenizerConfiguration Tokenizer, string? ChatTemplate)
{
    private const int MaximumTemplateBytes = 4 << 20;

    /// <summary>Names of the settings that hold one token each; the lists of them are read apart.</summary>
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static TokenizerSettings Read(string folder)
    {
        var path = Path.Combine(folder, "tokenizer_config.json");
        using var settings = JsonFile.TryOpen(path);
        using var configuration = JsonFile.TryOpen(Path.Combine(folder, "config.json"));
        int? beginId = null, endId = null;
        if (configuration is not null)
        {
            var fields = new JsonFields(Path.Combine(folder, "config.json"), configuration.RootElement);
            (beginId, endId) = (Id(fields, "bos_token_id"), Id(fields, "eos_token_id"));
        }

        // Newer models keep the template in a file of its own, which outranks the setting.
        var templateFile = Path.Combine(folder, "chat_template.jinja");
        var template = File.Exists(templateFile) ? ReadTemplate(templateFile) : null;
        if (settings is null)
        {
            return new(new() { Boundaries = new(null, beginId, null, endId) }, template);
        }

        var own = new JsonFields(path, settings.RootElement);
        return new(Configuration(own, beginId, endId), template ?? Template(own));
    }

    private static TokenizerConfiguration Configuration(JsonFields fields, int? beginId, int? endId)
    {
        Refuse(fields, fields.Flag("split_special_tokens") == true, "split_special_tokens");
        Refuse(fields, fields.Object("sp_model_kwargs")?.Flag("enable_sampling") == true, "sp_model_kwargs.enable_sampling");
        return new()
        {
            Boundaries = new(Token(fields, "bos_token")?.Text, beginId, Token(fields, "eos_token")?.Text, endId),
            TokenizerClass = fields.Text("tokenizer_class"),
            AddsBegin = fields.Flag("add_bos_token"),
            AddsEnd = fields.Flag("add_eos_token"),
            ExtraIds = fields.Integer("extra_ids") is { } extra
                ? extra is >= 0 and <= 1000 ? extra : throw FileFaults.Corrupt(fields.Path, $"extra_ids must be between 0 and 1000, is {extra}")
                : null,
            Lowercases = fields.Flag("do_lower_case"),
            StripsAccents = fields.Flag("strip_accents"),
            SeparatesChinese = fields.Flag("tokenize_chinese_chars"),
            AddsPrefixSpace = fields.Flag("add_prefix_space"),
            AddedTokens = [.. AddedTokens(fields)],
            SpecialTokens = [.. SpecialTokens(fields)],
        };
    }

    private static void Refuse(JsonFields fields, bool isSet, string setting)
    {
        if (isSet)
        {
            throw FileFaults.Unsupported(fields.Path, $"{setting} is not supported: it changes how texts are split");
        }
    }

    private static string ReadTemplate(string path)
    {
        using var file = new MappedFile(path);
        return file.Length <= MaximumTemplateBytes
            ? Encoding.UTF8.GetString(file.Slice(0, file.Length))
            : throw FileFaults.Unsupported(path, $"{file.Length} bytes exceed the limit of {MaximumTemplateBytes} for a chat template");
    }

    private static IEnumerable<AddedToken> AddedTokens(JsonFields fields)
    {
        if (fields.Object("added_tokens_decoder") is not { } decoder)
        {
            yield break;
        }

        foreach (var member in decoder.Element.EnumerateObject())
        {
            if (!int.TryParse(member.Name, out var id) || id < 0 || member.Value.ValueKind != JsonValueKind.Object)
            {
                throw FileFaults.Corrupt(fields.Path, $"added_tokens_decoder: '{member.Name}' must be a token id with an object");
            }

            var token = new JsonFields(fields.Path, member.Value);
            yield return Read(token, token.Text("content") ?? throw FileFaults.Corrupt(fields.Path, $"added_tokens_decoder: content of {id} is missing"), id, special: false);
        }
    }

    private static IEnumerable<AddedToken> SpecialTokens(JsonFields fields)
    {
        foreach (var role in Roles)
        {
            if (Token(fields, role) is { } token)
            {
                yield return token;
            }
        }

        foreach (var list in new[] { "additional_special_tokens", "extra_special_tokens" })
        {
            var entries = fields.Find(list) is { ValueKind: JsonValueKind.Object } named
                ? named.EnumerateObject().Select(member => member.Value)
                : fields.List(list);
            foreach (var entry in entries)
            {
                yield return Token(fields, list, entry)!;
            }
        }
    }

    private static AddedToken? Token(JsonFields fields, string name) => fields.Find(name) is { } entry ? Token(fields, name, entry) : null;

    /// <summary>A token is a text, or an object that holds it.</summary>
    private static AddedToken Token(JsonFields fields, string name, JsonElement entry) => entry.ValueKind switch
    {
        JsonValueKind.String => new(0, entry.GetString()!, Special: true),
        JsonValueKind.Object when new JsonFields(fields.Path, entry) is var token && token.Text("content") is { } content => Read(token, content, 0, special: true),
        _ => throw FileFaults.Corrupt(fields.Path, $"{name} must be a text, or an object with content"),
    };

    private static AddedToken Read(JsonFields token, string content, int id, bool special)
    {
        var isSpecial = token.Flag("special") ?? special;
        return new(
            id, content, token.Flag("single_word") ?? false, token.Flag("lstrip") ?? false, token.Flag("rstrip") ?? false, token.Flag("normalized") ?? !isSpecial, isSpecial);
    }

    /// <summary>An id, or a list of them of which the first is the model's own.</summary>
    private static int? Id(JsonFields fields, string name) => fields.Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } ids => ids.GetArrayLength() > 0 && ids[0].ValueKind == JsonValueKind.Number && ids[0].TryGetInt32(out var id) ? id : null,
        _ => fields.Integer(name),
    };

    /// <summary>A template, or several by name of which <c>default</c> is meant.</summary>
    private static string? Template(JsonFields fields)
    {
        switch (fields.Find("chat_template"))
        {
            case { ValueKind: JsonValueKind.Array }:
                return fields.Objects("chat_template").Where(template => template.Text("name") == "default").Select(template => template.Text("template")).FirstOrDefault();
            case { ValueKind: JsonValueKind.Object } named:
                return new JsonFields(fields.Path, named).Text("default");
            default:
                return fields.Text("chat_template");
        }
    }
}
