using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Engine.Weights;

/// <summary>The cache of weight files: model tensors de-quantised and packed once, memory-mapped by ONNX Runtime afterwards.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed and renamed, so a reader sees all of it or nothing; processes that race write the
/// same bytes. Deleting a file in use is safe: the mapping keeps it alive. The name is a digest of all that the weights are made from, and
/// checksums at the end are compared before a file is used. What remains: while a model is loaded, ONNX Runtime has its file mapped, and somebody
/// who shortens it in place ends the process; nothing here does.
/// </remarks>
internal static class WeightFile
{
    /// <summary>Makes sure that the weight file exists and is whole.</summary>
    /// <param name="folder">Cache folder, created when missing.</param>
    /// <param name="limit">Bytes that it may hold.</param>
    /// <param name="layout">What the file holds.</param>
    /// <param name="source">The model's tensors.</param>
    /// <param name="cancellationToken">Checked once per weight.</param>
    /// <returns>Full path of the file.</returns>
    /// <exception cref="MeshException"><see cref="ErrorReasons.StorageUnavailable"/> where the folder cannot be written.</exception>
    public static string Ensure(string folder, long limit, WeightLayout layout, ITensorSource source, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetFullPath(folder), layout.FileName);
        if (WeightChecksums.Agree(path, layout.Length))
        {
            WeightEviction.Touch(path);
            return path;
        }

        var draft = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            PrivateFiles.CreateFolder(folder);
            WeightEviction.MakeRoom(folder, layout.Length, limit);
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
        using var stream = PrivateFiles.Create(path, FileAccess.ReadWrite, layout.Length + WeightChecksums.Length(layout.Length));
        var file = stream.SafeFileHandle;
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

        WeightChecksums.Append(file, layout.Length);
        RandomAccess.FlushToDisk(file);
    }
}
