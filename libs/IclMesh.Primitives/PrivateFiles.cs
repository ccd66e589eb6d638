namespace IclMesh;

/// <summary>Files and folders that only their owner reads: stores hold texts of users, and caches may come from models that are not open to everyone.</summary>
/// <remarks>Modes are those of Unix, 0600 and 0700, whatever the process's mask grants to others; elsewhere a folder of the user has the rights of its place.</remarks>
public static class PrivateFiles
{
    /// <summary>Mode of a private file.</summary>
    public const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Mode of a private folder.</summary>
    public const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, and those above it that are missing; one that exists stays as it is.</summary>
    /// <param name="path">The folder.</param>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        // One by one: the runtime gives missing parents the mode of the process.
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
        }
    }

    /// <summary>Makes an empty file where it is missing, and takes it from everybody else where it is not.</summary>
    /// <param name="path">Path of the file.</param>
    public static void Ensure(string path)
    {
        if (!File.Exists(path))
        {
            var options = Options(FileMode.OpenOrCreate, FileAccess.Write, length: 0);
            options.Share = FileShare.ReadWrite;
            new FileStream(path, options).Dispose();
        }

        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == OwnFile)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, OwnFile);
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's file, which this one was let at on purpose: its mode is that user's business.
        }
    }

    /// <summary>Makes a file that must not exist.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="access">Reading and writing, or writing.</param>
    /// <param name="length">Bytes to reserve.</param>
    public static FileStream Create(string path, FileAccess access = FileAccess.Write, long length = 0) => new(path, Options(FileMode.CreateNew, access, length));

    /// <summary>Opens a file for writing, or makes it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="access">Reading and writing, or writing.</param>
    public static FileStream OpenOrCreate(string path, FileAccess access) => new(path, Options(FileMode.OpenOrCreate, access, length: 0));

    private static FileStreamOptions Options(FileMode mode, FileAccess access, long length)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, PreallocationSize = length };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnFile;
        }

        return options;
    }
}
