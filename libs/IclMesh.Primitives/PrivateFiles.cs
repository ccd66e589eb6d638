namespace IclMesh;

/// <summary>Folders and files that only their owner reads: stores hold texts of users, and caches what a model makes of them.</summary>
/// <remarks>Modes are those of Unix; elsewhere a folder of the user has the rights of its place.</remarks>
public static class PrivateFiles
{
    /// <summary>Mode of a private folder: 0700.</summary>
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Mode of a private file: 0600.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, and those above it that are missing, private; one that is there stays as it is.</summary>
    /// <param name="path">The folder.</param>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>Options that open or make a private file.</summary>
    /// <param name="mode">How it is opened.</param>
    /// <param name="access">What for.</param>
    public static FileStreamOptions Options(System.IO.FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access };
        if (!OperatingSystem.IsWindows() && mode is not System.IO.FileMode.Open)
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    /// <summary>Makes an empty private file where there is none, before a library opens it that knows no modes.</summary>
    /// <param name="path">The file.</param>
    public static void Touch(string path)
    {
        using var file = new FileStream(path, Options(System.IO.FileMode.OpenOrCreate, FileAccess.ReadWrite));
    }
}
