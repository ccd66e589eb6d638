using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>Opens models from files: Hugging Face folders, sentence encoders among them, and GGUF files.</summary>
public static class ModelSources
{
    /// <summary>Opens a folder or a file.</summary>
    /// <param name="path">
    /// A folder with config.json, tokenizer.json and safetensors or an exported decoder (model.onnx); a folder that holds exactly one .gguf file; or a .gguf file.
    /// A folder that holds both is opened by its config.json.
    /// </param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/> where there is no model; <see cref="ErrorKind.InvalidArgument"/> where there are several;
    /// <see cref="ErrorKind.DataLoss"/> or <see cref="ErrorKind.Unimplemented"/> where a file is corrupt or of a kind that is not read.
    /// </exception>
    public static ModelSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
                ? OpenGguf(path, Path.GetFileNameWithoutExtension(path))
                : throw FileFaults.Unsupported(path, "is neither a folder nor a .gguf file");
        }

        if (!Directory.Exists(path))
        {
            throw MeshException.NotFound("model", path);
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return FindGguf(path) is { } gguf ? OpenGguf(gguf, name) : HuggingFaceFolder.Open(path, name);
    }

    /// <summary>The GGUF file that a folder is opened by; null for a Hugging Face folder.</summary>
    internal static string? FindGguf(string folder)
    {
        if (File.Exists(Path.Combine(folder, "config.json")))
        {
            return null;
        }

        return Ggufs(folder) switch
        {
            [] => throw new MeshException(
                ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{folder}: holds neither config.json nor a .gguf file, so no model"),
            [var only] => only,
            var several => throw MeshException.Invalid(
                "model", $"{folder} holds {several.Length} .gguf files, name one of them: {string.Join(", ", several.Select(Path.GetFileName))}"),
        };
    }

    private static string[] Ggufs(string folder) => [.. Directory.GetFiles(folder, "*.gguf").Order(StringComparer.Ordinal)];

    private static ModelSource OpenGguf(string path, string name)
    {
        var file = GgufFile.Open(path);
        try
        {
            var configuration = GgufConfiguration.Read(file);
            return new(() => ModelIdentity.OfTensors(file), () => ModelIdentity.Digest(file.Header))
            {
                Name = name,
                Location = path,
                Format = "gguf",
                Configuration = configuration,
                Tensors = new GgufModelTensors(file, configuration),
                Tokenizer = GgufTokenizer.Read(file.Metadata),
                EndTokens = EndTokenSettings.Read(file.Metadata),
                ChatTemplate = file.Metadata.Text("tokenizer.chat_template"),
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
