using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.HuggingFace;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>Reads how a sentence encoder treats texts and pools, from the files of sentence-transformers.</summary>
/// <remarks>Source: sentence-transformers, <c>Transformer.load</c>, <c>Pooling</c> and <c>SentenceTransformer._load_sbert_model</c>.</remarks>
internal static class SentenceEncoderFolder
{
    private const int LeastTokens = 2;

    /// <summary>Older versions named the file by the architecture.</summary>
    private static readonly string[] LimitFiles =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    /// <summary>Pooling modes by their setting, in the order in which the reference concatenates them.</summary>
    private static readonly (string Setting, string Mode)[] Modes =
    [
        ("pooling_mode_cls_token", "cls"), ("pooling_mode_max_tokens", "max"), ("pooling_mode_mean_tokens", "mean"),
        ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len"), ("pooling_mode_weightedmean_tokens", "weightedmean"), ("pooling_mode_lasttoken", "lasttoken"),
    ];

    /// <summary>The settings of an encoder; null for language models. A bare encoder without modules.json is mean-pooled, not normalized.</summary>
    public static EncoderSettings? Read(string folder, ModelConfiguration configuration)
    {
        if (configuration.Family != ModelFamily.Bert)
        {
            return null;
        }

        var (maximum, lowercase) = Limits(folder, configuration.ContextLength);
        var settings = Modules(folder, configuration) ?? new("mean", Normalize: false, maximum);
        return Prompts(folder, settings with { MaximumTokens = maximum, Lowercase = lowercase });
    }

    private static (int Maximum, bool Lowercase) Limits(string folder, int context)
    {
        var path = LimitFiles.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return (Math.Min(context, TokenizerMaximum(folder)), false);
        }

        using var document = JsonFile.TryOpen(path)!;
        var reader = new SettingsReader(new(path, document.RootElement));
        var maximum = reader.OptionalInteger("max_seq_length", int.MaxValue) ?? TokenizerMaximum(folder);
        if (maximum < LeastTokens)
        {
            throw FileFaults.Corrupt(path, $"max_seq_length must be at least {LeastTokens}, is {maximum}");
        }

        var lowercase = reader.Flag("do_lower_case", false);
        reader.RefuseUnread(name => name is "transformer_task" or "modality_config" or "module_output_name");
        return (Math.Min(maximum, context), lowercase);
    }

    /// <summary>The tokenizer's own limit, for encoders that state none.</summary>
    private static int TokenizerMaximum(string folder)
    {
        var path = Path.Combine(folder, "tokenizer_config.json");
        using var document = JsonFile.TryOpen(path);
        if (document is null || new JsonFields(path, document.RootElement).Number("model_max_length") is not { } length)
        {
            return int.MaxValue;
        }

        // Tokenizers without a limit state 10^30.
        return length >= LeastTokens
            ? (int)Math.Min(length, int.MaxValue)
            : throw FileFaults.Corrupt(path, $"model_max_length must be at least {LeastTokens}, is {length}");
    }

    private static EncoderSettings? Modules(string folder, ModelConfiguration configuration)
    {
        // The file is a list, the only one among a model's JSON files.
        var path = Path.Combine(folder, "modules.json");
        using var modules = JsonFile.TryOpenList(path);
        if (modules is null)
        {
            return null;
        }

        EncoderSettings? settings = null;
        var seen = new List<string>();
        foreach (var module in modules.RootElement.EnumerateArray())
        {
            var fields = module.ValueKind == JsonValueKind.Object ? new JsonFields(path, module) : throw FileFaults.Corrupt(path, "must be a list of objects");
            var (kind, place) = (fields.Text("type")?.Split('.')[^1] ?? "", fields.Text("path") ?? "");
            seen.Add(kind);
            switch (string.Join(' ', seen))
            {
                case "Transformer" when place is "" or ".":
                    break;
                case "Transformer":
                    throw FileFaults.Unsupported(path, $"path '{place}' of module Transformer is not supported: its files lie in the model's folder itself");
                case "Transformer Pooling":
                    settings = Pooling(Path.Combine(folder, FileFaults.PlainName(path, place), "config.json"), configuration.HiddenSize);
                    break;
                case "Transformer Pooling Normalize":
                    settings = settings! with { Normalize = true };
                    break;
                default:
                    throw FileFaults.Unsupported(
                        path, $"type: modules {string.Join(", ", seen.Select(name => $"'{name}'"))} are not supported; Transformer, Pooling and, if there is one, Normalize are, in this order");
            }
        }

        return settings ?? throw FileFaults.Unsupported(path, "type: no module 'Pooling' is listed, so texts would have no embedding of their own");
    }

    private static EncoderSettings Pooling(string path, int hidden)
    {
        using var document = JsonFile.TryOpen(path) ?? throw MeshException.NotFound("file", path);
        var reader = new SettingsReader(new(path, document.RootElement));
        foreach (var name in (string[])["word_embedding_dimension", "embedding_dimension"])
        {
            if (reader.OptionalInteger(name, int.MaxValue) is { } width && width != hidden)
            {
                throw FileFaults.Corrupt(path, $"{name} is {width}, the encoder's hidden_size {hidden}");
            }
        }

        // The reference's default is the mean, also where another mode is set and this one is not said to be off.
        var named = reader.Text("pooling_mode", "");
        string[] modes = [.. Modes.Where(mode => reader.Flag(mode.Setting, named.Length == 0 && mode.Mode == "mean")).Select(mode => mode.Mode)];
        modes = named.Length == 0 ? modes : [named.ToLowerInvariant()];
        var poolsPrompt = reader.Flag("include_prompt", true);
        reader.RefuseUnread(_ => false);
        return modes is [var only] && Modes.Any(mode => mode.Mode == only)
            ? new(only, Normalize: false, MaximumTokens: 0) { PoolsPrompt = poolsPrompt }
            : throw FileFaults.Unsupported(
                path, $"pooling_mode: {(modes.Length == 0 ? "none" : string.Join(" + ", modes))} is not supported, exactly one of {string.Join(", ", Modes.Select(mode => mode.Mode))} is ({string.Join(", ", Modes.Select(mode => mode.Setting))})");
    }

    private static EncoderSettings Prompts(string folder, EncoderSettings settings)
    {
        var path = Path.Combine(folder, "config_sentence_transformers.json");
        using var document = JsonFile.TryOpen(path);
        if (document is null)
        {
            return settings;
        }

        var reader = new SettingsReader(new(path, document.RootElement));
        var prompts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var prompt in reader.Object("prompts")?.Element.EnumerateObject() ?? default)
        {
            prompts[prompt.Name] = prompt.Value.ValueKind == JsonValueKind.String
                ? prompt.Value.GetString()!
                : throw FileFaults.Corrupt(path, $"prompts.{prompt.Name} must be a text");
        }

        var name = reader.Text("default_prompt_name", "", nullable: true) is { Length: > 0 } stated ? stated : null;
        if (name is not null && !prompts.ContainsKey(name))
        {
            throw FileFaults.Corrupt(path, $"default_prompt_name '{name}' is none of the prompts: {string.Join(", ", prompts.Keys)}");
        }

        // How callers compare embeddings is theirs to choose; every embedding is the same for all of the functions.
        reader.Only("model_type", "SentenceTransformer");
        reader.RefuseUnread(field => field is "__version__" or "similarity_fn_name");
        return settings with { Prompts = prompts, DefaultPrompt = name };
    }
}
