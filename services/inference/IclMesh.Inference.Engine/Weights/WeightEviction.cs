namespace IclMesh.Inference.Engine.Weights;

/// <summary>Keeps the weight cache within its limit: what was unused longest goes first.</summary>
/// <remarks>
/// A file's time of writing is its time of last use: reading does not change it, loading sets it. Deleting a file that another process
/// has mapped is safe, its pages stay until that process lets go.
/// </remarks>
internal static class WeightEviction
{
    /// <summary>A draft that old belongs to nobody any more.</summary>
    private static readonly TimeSpan DraftAge = TimeSpan.FromDays(1);

    /// <summary>Marks a file as used now.</summary>
    public static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A cache that is shared read-only is used all the same; who may write decides what goes.
        }
    }

    /// <summary>Deletes files until a new one fits; one that is larger than the whole limit is written all the same.</summary>
    /// <param name="folder">Cache folder.</param>
    /// <param name="needed">Bytes of the new file.</param>
    /// <param name="limit">Bytes that the folder may hold.</param>
    public static void MakeRoom(string folder, long needed, long limit)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var directory = new DirectoryInfo(folder);
        foreach (var draft in directory.GetFiles("*.weights.*.tmp").Where(file => now - file.LastWriteTimeUtc > DraftAge))
        {
            draft.Delete();
        }

        var files = directory.GetFiles("*.weights").OrderBy(file => file.LastWriteTimeUtc).ToList();
        var held = files.Sum(file => file.Length);
        foreach (var file in files.TakeWhile(_ => held + needed > limit))
        {
            held -= file.Length;
            file.Delete();
        }
    }
}
