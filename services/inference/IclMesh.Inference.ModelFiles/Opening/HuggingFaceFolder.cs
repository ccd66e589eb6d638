using IclMesh.Inference.ModelFiles.HuggingFace;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>Opens a folder in the layout of the Hugging Face hub.</summary>
internal static class HuggingFaceFolder
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    /// <summary>Files that decide which tokens a text becomes, and how prompts are written.</summary>
    private static readonly string[] TextFiles =
    [
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", ModelCard.FileName,
    ];

    /// <summary>Where exporters put a decoder, relative to the folder.</summary>
    private static readonly string[] GraphFiles = ["model.onnx", Path.Combine("onnx", "model.onnx")];

    public static ModelSource Open(string folder, string name)
    {
        var adapter = Path.Combine(folder, "adapter_config.json");
        if (File.Exists(adapter))
        {
            throw FileFaults.Unsupported(adapter, "is an adapter, which would change the weights and is not applied: merge it into them");
        }

        var configuration = HuggingFaceConfiguration.Read(Path.Combine(folder, "config.json"));
        var settings = TokenizerSettings.Read(folder);
        var tokenizer = TokenizerFiles.Read(folder, settings.Tokenizer);
        var encoder = SentenceEncoderFolder.Read(folder, configuration);
        var card = ModelCard.Read(folder, configuration);
        var graph = FindGraph(folder);
        if (graph is not null && encoder is not null)
        {
            throw FileFaults.Unsupported(graph, $"is an exported sentence encoder; encoders are read from {SingleFile}");
        }

        var files = WeightFiles(folder);
        ITensorSource tensors = graph is null ? new NamedTensors(OpenTensors(folder), configuration.Family, folder) : new NoTensors();
        try
        {
            return new(
                () => graph is null ? ModelIdentity.OfTensors(tensors) : ModelIdentity.OfFiles(files),
                () => ModelIdentity.OfFiles(TextFiles.Select(file => Path.Combine(folder, file))))
            {
                Name = name,
                Location = folder,
                Format = FormatOf(folder),
                Configuration = configuration,
                Tensors = tensors,
                Graph = graph,
                Tokenizer = tokenizer,
                Encoder = encoder,
                EndTokens = EndTokenSettings.Read(folder, configuration.VocabularySize, tokenizer.EndToken),
                ChatTemplate = settings.ChatTemplate,
                Card = card,
            };
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary><c>huggingface</c>, or <c>onnx</c> where the weights are in an exported graph.</summary>
    public static string FormatOf(string folder) => FindGraph(folder) is null ? "huggingface" : "onnx";

    /// <summary>The files that hold the weights, in the order of their names.</summary>
    public static IReadOnlyList<string> WeightFiles(string folder)
    {
        if (FindGraph(folder) is { } graph)
        {
            // Weights above 2 GB lie in files beside the graph that begin with its name.
            return [.. Directory.GetFiles(Path.GetDirectoryName(graph)!, Path.GetFileName(graph) + "*").Order(StringComparer.Ordinal)];
        }

        var single = Path.Combine(folder, SingleFile);
        if (File.Exists(single))
        {
            return [single];
        }

        var index = Path.Combine(folder, IndexFile);
        return File.Exists(index)
            ? [.. ShardedSafetensors.Files(index).Order(StringComparer.Ordinal).Select(file => Path.Combine(folder, file))]
            : throw new MeshException(
                ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{folder}: holds neither {SingleFile} nor {IndexFile} nor {GraphFiles[0]}, so no weights");
    }

    /// <summary>The exported decoder that a folder is run by; null where it has safetensors, which the engine prefers: its own graph can show more.</summary>
    private static string? FindGraph(string folder) =>
        File.Exists(Path.Combine(folder, SingleFile)) || File.Exists(Path.Combine(folder, IndexFile))
            ? null
            : GraphFiles.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static ITensorSource OpenTensors(string folder)
    {
        var single = Path.Combine(folder, SingleFile);
        return File.Exists(single) ? SafetensorsFile.Open(single) : ShardedSafetensors.Open(Path.Combine(folder, IndexFile));
    }
}
