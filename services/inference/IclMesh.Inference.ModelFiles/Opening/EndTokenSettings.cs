using System.Text.Json;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>Reads which tokens end a generated text: one or several.</summary>
/// <remarks>
/// Source: <c>GenerationConfig.from_pretrained</c> and <c>generate</c> of transformers: generation_config.json outranks config.json, which
/// outranks the default of its model_type. Where none of them names a token, the tokenizer's own end token ends.
/// </remarks>
internal static class EndTokenSettings
{
    private const string Field = "eos_token_id";

    private static readonly string[] GgufKeys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

    public static IReadOnlyList<int> Read(string folder, int vocabulary, int? tokenizer)
    {
        var tokens = Read(Path.Combine(folder, "generation_config.json"), _ => null) ?? Read(Path.Combine(folder, "config.json"), Default);
        return tokens is not null ? [.. tokens.Where(token => token < vocabulary)] : tokenizer is { } end ? [end] : [];
    }

    /// <summary>End token, end of a turn and end of a message, as far as a GGUF file names them.</summary>
    public static IReadOnlyList<int> Read(GgufMetadata metadata) => [.. GgufKeys.Select(metadata.Integer).OfType<int>().Distinct()];

    private static int[]? Read(string path, Func<string?, int?> missing)
    {
        using var document = JsonFile.TryOpen(path);
        if (document is null)
        {
            return null;
        }

        var fields = new JsonFields(path, document.RootElement);
        if (!fields.Element.TryGetProperty(Field, out _))
        {
            return missing(fields.Text("model_type")) is { } token ? [token] : null;
        }

        return fields.Find(Field) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => Token(path, item))],
            { } one => [Token(path, one)],
        };
    }

    private static int Token(string path, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var token)
            ? token
            : throw FileFaults.Corrupt(path, $"{Field} must be a token id or a list of them");

    private static int? Default(string? type) => type switch
    {
        "llama" or "mistral" or "gpt_neox" => 2,
        "gpt2" or "gptj" => 50256,
        _ => null,
    };
}
