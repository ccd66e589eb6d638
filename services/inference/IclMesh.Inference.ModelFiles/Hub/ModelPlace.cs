namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>One spelling for the place of a model, so that two names of one folder or file are one model.</summary>
internal static class ModelPlace
{
    /// <summary>The full path, links followed, without a closing slash.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        FileSystemInfo place = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        return place.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
    }
}
