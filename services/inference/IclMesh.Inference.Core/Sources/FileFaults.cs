namespace IclMesh.Inference.Core.Sources;

/// <summary>The ways in which a model file can be unusable; messages name the file and the place in it.</summary>
internal static class FileFaults
{
    public static MeshException Corrupt(string path, string what, Exception? cause = null) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{path}: {what}", cause) { Metadata = File(path) };

    public static MeshException Unsupported(string path, string what) =>
        new(ErrorKind.Unimplemented, ErrorReasons.FormatUnsupported, $"{path}: {what}") { Metadata = File(path) };

    /// <summary>A file or folder name that a file gives for one beside it; a path such as ../x would reach outside the model's folder.</summary>
    public static string PlainName(string path, string name) =>
        name.Length > 0 && name != ".." && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0
            ? name
            : throw Corrupt(path, $"'{name}' is no plain file name");

    private static Dictionary<string, string> File(string path) => new() { ["file"] = path };
}
