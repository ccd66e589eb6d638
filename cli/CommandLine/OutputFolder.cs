namespace IclMesh.Cli.CommandLine;

/// <summary>Folders that commands write into.</summary>
internal static class OutputFolder
{
    /// <summary>A folder that is new or empty.</summary>
    /// <exception cref="MeshException">It holds something.</exception>
    public static string New(DirectoryInfo folder) => folder.Exists && folder.EnumerateFileSystemInfos().Any()
        ? throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.ResourceExists, $"{folder.FullName} is not empty: nothing is written over")
        : Directory.CreateDirectory(folder.FullName).FullName;
}
