namespace IclMesh.Inference.Core.Sources;

/// <summary>The two ways in which a model file can be unusable; messages name the file and the place in it.</summary>
internal static class FileFaults
{
    public static MeshException Corrupt(string path, string what, Exception? cause = null) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{path}: {what}", cause) { Metadata = File(path) };

    public static MeshException Unsupported(string path, string what) =>
        new(ErrorKind.Unimplemented, ErrorReasons.FormatUnsupported, $"{path}: {what}") { Metadata = File(path) };

    private static Dictionary<string, string> File(string path) => new() { ["file"] = path };
}
