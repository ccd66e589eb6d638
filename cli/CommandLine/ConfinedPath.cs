namespace IclMesh.Cli.CommandLine;

/// <summary>Paths of files whose names come from a server: they stay in their folder.</summary>
internal static class ConfinedPath
{
    private const int MostBytes = 255;

    /// <summary>A file or folder directly in a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="MeshException">The name is no plain name of a file.</exception>
    public static string Combine(string folder, string name) =>
        name is not ("" or "." or "..")
            && !name.AsSpan().ContainsAny('/', '\\', ':')
            && !name.Any(char.IsControl)
            && System.Text.Encoding.UTF8.GetByteCount(name) <= MostBytes
            ? Path.Combine(folder, name)
            : throw new MeshException(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"'{Excerpt.Name(name)}' cannot name a file in {folder}: nothing is written outside it");
}
