using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Reads <c>config.json</c>. Defaults are those of the model_type's configuration class in transformers.</summary>
/// <remarks>
/// A setting that would change the arithmetic in a way that no graph here builds is refused by its name, not ignored; so is one that no reader
/// knows, unless it says nothing or is listed by <see cref="HarmlessSettings"/>.
/// </remarks>
internal static class HuggingFaceConfiguration
{
    public static ModelConfiguration Read(string path)
    {
        using var document = JsonFile.TryOpen(path) ?? throw MeshException.NotFound("file", path);
        var fields = new JsonFields(path, document.RootElement);
        if (fields.Find("quantization_config") is { } quantization)
        {
            var method = quantization.ValueKind == System.Text.Json.JsonValueKind.Object ? new JsonFields(path, quantization).Text("quant_method") : null;
            throw FileFaults.Unsupported(path, $"quantization_config ({method ?? "no quant_method"}) is not supported: weights are read as F64, F32, F16 and BF16, quantised ones from GGUF files");
        }

        var reader = new SettingsReader(fields);
        var configuration = fields.Text("model_type") switch
        {
            "llama" => LlamaSettings.Llama(reader),
            "mistral" => LlamaSettings.Mistral(reader),
            "qwen2" => LlamaSettings.Qwen2(reader),
            "qwen3" => LlamaSettings.Qwen3(reader),
            "gpt2" => GptSettings.Gpt2(reader),
            "gptj" => GptSettings.GptJ(reader),
            "gpt_neox" => GptSettings.GptNeoX(reader),
            "bert" => BertSettings.Read(reader),
            "iclmesh_tiny" => TinySettings.Read(reader),
            null => throw FileFaults.Corrupt(path, "model_type is missing"),
            var other => throw FileFaults.Unsupported(
                path, $"model_type '{other}' is not supported; llama, mistral, qwen2, qwen3, gpt2, gptj, gpt_neox, bert and iclmesh_tiny are"),
        };
        reader.Only("is_encoder_decoder", false);
        reader.RefuseUnread(HarmlessSettings.Contains);
        return ConfigurationRules.Check(path, configuration);
    }
}
