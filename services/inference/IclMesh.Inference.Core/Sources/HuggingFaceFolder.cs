using IclMesh.Inference.Core.Tokenization.Loading;

namespace IclMesh.Inference.Core.Sources;

/// <summary>Opens a folder in the layout of the Hugging Face hub.</summary>
internal static class HuggingFaceFolder
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    public static ModelSource Open(string folder, string name)
    {
        var configuration = HuggingFaceConfiguration.Read(Path.Combine(folder, "config.json"));
        var settings = TokenizerSettings.Read(folder);
        var tokenizer = TokenizerJson.Read(Path.Combine(folder, "tokenizer.json"), settings.Boundaries);
        var encoder = SentenceEncoderFolder.Read(folder, configuration);
        var card = ModelCard.Read(folder);
        var files = WeightFiles(folder);
        var tensors = OpenTensors(folder);
        try
        {
            return new()
            {
                Name = name,
                Version = ContentVersion.Of(files),
                Location = folder,
                Format = "huggingface",
                Configuration = configuration,
                Tensors = tensors,
                Tokenizer = tokenizer,
                Encoder = encoder,
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

    /// <summary>The files that hold the weights, in the order of their names.</summary>
    public static IReadOnlyList<string> WeightFiles(string folder)
    {
        var single = Path.Combine(folder, SingleFile);
        if (File.Exists(single))
        {
            return [single];
        }

        var index = Path.Combine(folder, IndexFile);
        return File.Exists(index)
            ? [.. ShardedSafetensors.Files(index).Order(StringComparer.Ordinal).Select(file => Path.Combine(folder, file))]
            : throw new MeshException(
                ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{folder}: holds neither {SingleFile} nor {IndexFile}, so no weights");
    }

    private static ITensorSource OpenTensors(string folder)
    {
        var single = Path.Combine(folder, SingleFile);
        return File.Exists(single) ? SafetensorsFile.Open(single) : ShardedSafetensors.Open(Path.Combine(folder, IndexFile));
    }
}
