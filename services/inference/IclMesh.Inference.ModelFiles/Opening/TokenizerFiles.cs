using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.ModelFiles.Opening;

/// <summary>Opens the files that a tokenizer is read from.</summary>
public static class TokenizerFiles
{
    private const int MaximumPieceBytes = 256 << 20;

    /// <summary>The names that SentencePiece's own model file has, in the order in which they are looked for.</summary>
    private static readonly string[] PieceFiles = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];

    /// <summary>Reads a <c>tokenizer.json</c> with no other file beside it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.DataLoss"/> or <see cref="ErrorKind.Unimplemented"/> where it is corrupt or asks for what is not supported.
    /// </exception>
    public static ITextTokenizer ReadJson(string path) => ReadJson(path, new());

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="settings">What tokenizer_config.json says.</param>
    internal static ITextTokenizer ReadJson(string path, TokenizerConfiguration settings)
    {
        using var document = JsonFile.TryOpen(path) ?? throw MeshException.NotFound("file", path);
        return TokenizerJson.Read(new(path, document.RootElement), settings);
    }

    /// <summary>Reads SentencePiece's own model file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="settings">What tokenizer_config.json says.</param>
    internal static ITextTokenizer ReadPieces(string path, TokenizerConfiguration settings)
    {
        using var file = new MappedFile(path);
        return file.Length <= MaximumPieceBytes
            ? SentencePieceTokenizer.Read(path, file.Slice(0, file.Length), settings)
            : throw FileFaults.Unsupported(path, $"{file.Length} bytes exceed the limit of {MaximumPieceBytes} for a SentencePiece model");
    }

    /// <summary>Reads the tokenizer of a folder, which may hold both files; tokenizer.json says more.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="settings">What tokenizer_config.json says.</param>
    internal static ITextTokenizer Read(string folder, TokenizerConfiguration settings)
    {
        var own = Path.Combine(folder, "tokenizer.json");
        var pieces = PieceFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return pieces is null || File.Exists(own) ? ReadJson(own, settings) : ReadPieces(pieces, settings);
    }
}
