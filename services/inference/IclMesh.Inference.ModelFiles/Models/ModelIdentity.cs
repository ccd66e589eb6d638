using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.ModelFiles.Models;

/// <summary>What tells two models apart: digests over everything that shapes a result.</summary>
/// <remarks>
/// Whatever is derived from a model is keyed by the digest of what it is derived from: weight files by <see cref="Weights"/>, since rotary tables and
/// split rows come from the configuration, measurements and the version that callers see by the whole. Digests cover every stored byte; the weights'
/// is XXH128, the others' SHA-256.
/// </remarks>
public sealed class ModelIdentity
{
    /// <summary>Raised whenever graphs or weight files compute otherwise than before from the same model.</summary>
    private const int WriterRevision = 4;

    private const int PieceBytes = 1 << 20;
    private const int VersionCharacters = 16;

    private readonly string whole;

    private ModelIdentity(string weights, string whole)
    {
        Weights = weights;
        this.whole = whole;
    }

    /// <summary>Digest of stored tensors, configuration and the writer's revision: all that weights in the layout of a graph are made from.</summary>
    public string Weights { get; }

    /// <summary>Version of the model in a precision, 16 hexadecimal digits: weights, configuration, tokenizer, pooling, prompts, card and precision.</summary>
    /// <param name="precision">How linear layers compute.</param>
    public string Version(string precision) => Digest($"{whole}:{precision}")[..VersionCharacters];

    /// <summary>Identifies a model by its parts.</summary>
    /// <param name="stored">Digest of the stored weights.</param>
    /// <param name="configuration">Sizes and constants.</param>
    /// <param name="encoder">How a sentence encoder pools; null for language models.</param>
    /// <param name="endTokens">Tokens that end a generated text.</param>
    /// <param name="text">Digest of what turns text into tokens.</param>
    internal static ModelIdentity Of(
        string stored, ModelConfiguration configuration, EncoderSettings? encoder, IReadOnlyList<int> endTokens, string text)
    {
        var weights = Digest($"{WriterRevision}:{stored}:{JsonSerializer.Serialize(configuration)}");
        return new(weights, Digest($"{weights}:{JsonSerializer.Serialize(encoder)}:{string.Join(',', endTokens)}:{text}"));
    }

    /// <summary>Digest over names, types, shapes and all stored bytes of tensors.</summary>
    internal static string OfTensors(ITensorSource source)
    {
        var digest = new XxHash128();
        var piece = new byte[PieceBytes];
        foreach (var tensor in source.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            digest.Append(Encoding.UTF8.GetBytes($"{tensor.Name}:{tensor.Type}:{string.Join(',', tensor.Shape)}"));
            for (var offset = 0L; offset < tensor.ByteLength; offset += piece.Length)
            {
                var bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, tensor.ByteLength - offset));
                source.ReadRaw(tensor.Name, offset, bytes);
                digest.Append(bytes);
            }
        }

        return Convert.ToHexStringLower(digest.GetCurrentHash());
    }

    /// <summary>Digest over the names and all bytes of files; those that do not exist count as missing.</summary>
    internal static string OfFiles(IEnumerable<string> paths)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        foreach (var path in paths.Where(File.Exists))
        {
            using var file = new MappedFile(path);
            digest.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}:{file.Length}:"));
            for (var offset = 0L; offset < file.Length; offset += piece.Length)
            {
                var bytes = piece.AsSpan(0, (int)Math.Min(piece.Length, file.Length - offset));
                file.Read(offset, bytes);
                digest.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>Digest of bytes.</summary>
    internal static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Digest(string text) => Digest(Encoding.UTF8.GetBytes(text));
}
