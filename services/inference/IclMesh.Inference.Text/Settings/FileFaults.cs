namespace IclMesh.Inference.Text.Settings;

/// <summary>The ways in which a model file can be unusable; messages name the file and the place in it.</summary>
public static class FileFaults
{
    /// <summary>The file is not what it should be.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="what">Place and fault.</param>
    /// <param name="cause">What a reader said, where one did.</param>
    /// <returns><see cref="ErrorKind.DataLoss"/>, <see cref="ErrorReasons.DataCorrupt"/>.</returns>
    public static MeshException Corrupt(string path, string what, Exception? cause = null) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{path}: {what}", cause) { Metadata = File(path) };

    /// <summary>The file is whole, but asks for what is not done here.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="what">What it asks for.</param>
    /// <returns><see cref="ErrorKind.Unimplemented"/>, <see cref="ErrorReasons.FormatUnsupported"/>.</returns>
    public static MeshException Unsupported(string path, string what) =>
        new(ErrorKind.Unimplemented, ErrorReasons.FormatUnsupported, $"{path}: {what}") { Metadata = File(path) };

    /// <summary>A file or folder name that a file gives for one beside it; a path such as ../x would reach outside the model's folder.</summary>
    /// <param name="path">The file that gives it.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="MeshException">It is no plain name.</exception>
    public static string PlainName(string path, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && name != ".." && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0
            ? name
            : throw Corrupt(path, $"'{name}' is no plain file name");
    }

    private static Dictionary<string, string> File(string path) => new() { ["file"] = path };
}
