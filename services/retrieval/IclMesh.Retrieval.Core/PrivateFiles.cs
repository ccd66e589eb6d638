namespace IclMesh.Retrieval.Core;

/// <summary>Files and folders that only their owner reads, whatever the process's umask is: texts and labels are nobody else's.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder where it is missing, and those that it lies in.</summary>
    /// <param name="path">The folder; one that exists keeps its mode.</param>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
        {
            CreateFolder(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnFolder);
            File.SetUnixFileMode(path, OwnFolder);
        }
    }

    /// <summary>Makes a folder that is empty, whatever was there.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    public static string EmptyFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        CreateFolder(path);
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
            var path = Path.Combine(target, Path.GetFileName(file));
            Create(path);
            await using var from = File.OpenRead(file);
            await using var to = new FileStream(path, FileMode.Open, FileAccess.Write);
            await from.CopyToAsync(to, 1 << 20, cancellationToken);
            to.Flush(flushToDisk: true);
        }
    }

    /// <summary>Makes an empty file where it is missing, and takes it from everybody else where it is not.</summary>
    /// <param name="path">The file.</param>
    public static void Create(string path)
    {
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnFile;
            }

            using var created = new FileStream(path, options);
        }

        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnFile)
        {
            try
            {
                File.SetUnixFileMode(path, OwnFile);
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's file, which this one was let at on purpose: its mode is that user's business.
            }
        }
    }
}
