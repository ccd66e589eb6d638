using System.IO.Hashing;
using System.Text;
using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Onnx;

/// <summary>The cache of weight files: model tensors de-quantised and packed once, memory-mapped by ONNX Runtime afterwards.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed and renamed, so a reader sees all of it or nothing; processes that race write the
/// same bytes. Deleting a file in use is safe: the mapping keeps it alive. The name is a digest of every stored byte of the model.
/// </remarks>
internal static class WeightFile
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Digest over names, shapes and all stored bytes of a model.</summary>
    public static string Digest(ITensorSource source)
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

    /// <summary>Makes sure that the weight file exists and is whole.</summary>
    /// <param name="settings">Cache folder, created when missing, and the bytes that it may hold.</param>
    /// <param name="layout">What the file holds.</param>
    /// <param name="source">The model's tensors.</param>
    /// <param name="cancellationToken">Checked once per weight.</param>
    /// <returns>Full path of the file.</returns>
    /// <exception cref="MeshException"><see cref="ErrorReasons.StorageUnavailable"/> where the folder cannot be written.</exception>
    public static string Ensure(OnnxSettings settings, WeightLayout layout, ITensorSource source, CancellationToken cancellationToken)
    {
        var folder = settings.CacheFolder;
        var path = Path.Combine(Path.GetFullPath(folder), layout.FileName);
        if (new FileInfo(path) is { Exists: true } existing && existing.Length == layout.Length)
        {
            WeightEviction.Touch(path);
            return path;
        }

        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(folder);
            WeightEviction.MakeRoom(folder, layout.Length, settings.CacheBytes);
            Write(draft, layout, source, cancellationToken);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MeshException(
                ErrorKind.Unavailable,
                ErrorReasons.StorageUnavailable,
                $"the weight cache '{folder}' cannot be written: {layout.Length} bytes are needed ({exception.Message})",
                exception);
        }
        finally
        {
            File.Delete(draft);
        }

        return path;
    }

    private static void Write(string path, WeightLayout layout, ITensorSource source, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, preallocationSize: layout.Length);
        RandomAccess.SetLength(file, layout.Length);

        // Two at a time keeps both the reader's and the writer's side busy; each holds one weight in memory.
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(layout.Entries, options, entry =>
            {
                var bytes = GC.AllocateUninitializedArray<byte>(checked((int)entry.Spec.ByteLength));
                entry.Spec.Fill(source, bytes);
                RandomAccess.Write(file, bytes, entry.Offset);
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        RandomAccess.FlushToDisk(file);
    }
}
