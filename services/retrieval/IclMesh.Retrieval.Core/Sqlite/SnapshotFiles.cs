namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Folders that snapshots are made in and copied from.</summary>
internal static class SnapshotFiles
{
    /// <summary>Makes a folder that is empty, whatever was there.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    public static string EmptyFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        PrivateFiles.CreateFolder(path);
        return path;
    }

    /// <summary>Copies the files of a folder into another one.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="target">An empty folder.</param>
    /// <param name="cancellationToken">Stops; the copies are incomplete then.</param>
    public static async Task CopyAsync(string source, string target, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.GetFiles(source))
        {
            await using var from = File.OpenRead(file);
            await using var to = PrivateFiles.Create(Path.Combine(target, Path.GetFileName(file)));
            await from.CopyToAsync(to, 1 << 20, cancellationToken);
            to.Flush(flushToDisk: true);
        }
    }
}
