namespace IclMesh.Inference.Core.Sources;

/// <summary>Reads how a sentence encoder pools, from the files of sentence-transformers.</summary>
internal static class SentenceEncoderFolder
{
    /// <summary>The settings of an encoder; null for language models. A bare encoder without modules.json is mean-pooled, not normalized.</summary>
    public static EncoderSettings? Read(string folder, ModelConfiguration configuration)
    {
        if (configuration.Family != ModelFamily.Bert)
        {
            return null;
        }

        var maximum = configuration.ContextLength;
        using var limits = JsonFile.TryOpen(Path.Combine(folder, "sentence_bert_config.json"));
        if (limits is not null)
        {
            var fields = new JsonFields(Path.Combine(folder, "sentence_bert_config.json"), limits.RootElement);
            maximum = Math.Clamp(fields.Integer("max_seq_length") ?? maximum, 2, maximum);
        }

        return Modules(folder, maximum) ?? new("mean", Normalize: false, maximum);
    }

    private static EncoderSettings? Modules(string folder, int maximum)
    {
        // The file is a list, the only one among a model's JSON files.
        var path = Path.Combine(folder, "modules.json");
        using var modules = JsonFile.TryOpenList(path);
        if (modules is null)
        {
            return null;
        }

        var pooling = "mean";
        var normalize = false;
        foreach (var module in modules.RootElement.EnumerateArray())
        {
            var fields = module.ValueKind == System.Text.Json.JsonValueKind.Object
                ? new JsonFields(path, module)
                : throw FileFaults.Corrupt(path, "must be a list of objects");
            switch (fields.Text("type")?.Split('.')[^1])
            {
                case "Transformer":
                    break;
                case "Pooling":
                    pooling = Pooling(Path.Combine(folder, FileFaults.PlainName(path, fields.Text("path") ?? "."), "config.json"));
                    break;
                case "Normalize":
                    normalize = true;
                    break;
                case var other:
                    throw FileFaults.Unsupported(path, $"module '{other}' is not supported; Transformer, Pooling and Normalize are");
            }
        }

        return new(pooling, normalize, maximum);
    }

    private static string Pooling(string path)
    {
        using var document = JsonFile.TryOpen(path) ?? throw MeshException.NotFound("file", path);
        var fields = new JsonFields(path, document.RootElement);
        bool mean = fields.Flag("pooling_mode_mean_tokens") ?? false, cls = fields.Flag("pooling_mode_cls_token") ?? false;
        var others = new[] { "pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken" };
        return mean != cls && !others.Any(name => fields.Flag(name) == true)
            ? mean ? "mean" : "cls"
            : throw FileFaults.Unsupported(path, "exactly one of pooling_mode_mean_tokens and pooling_mode_cls_token must be set, and no other mode");
    }
}
