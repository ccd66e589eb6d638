using Xunit;

namespace IclMesh.Testing;

/// <summary>The folder of real models, real text and golden values beside the repository.</summary>
/// <remarks>CI must have it: there a missing folder fails. Elsewhere the tests that need it are skipped, and counted as such.</remarks>
public static class SharedFolder
{
    /// <summary>The repository's root.</summary>
    public static string Repository { get; } = FindUp("IclMesh.sln") ?? throw new InvalidOperationException("IclMesh.sln is in no parent folder");

    private static readonly string? Root = Find();

    /// <summary>Path below the shared folder; skips the test where there is none.</summary>
    /// <param name="parts">Path parts, for example <c>"golden", "kernel"</c>.</param>
    public static string Require(params string[] parts)
    {
        var path = Root is null ? null : Path.Combine([Root, .. parts]);
        if (path is not null && Path.Exists(path))
        {
            return path;
        }

        var reason = $"{Path.Combine([Root ?? "../shared", .. parts])} is missing; set ICLMESH_SHARED";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
        return "";
    }

    private static string? Find()
    {
        var configured = Environment.GetEnvironmentVariable("ICLMESH_SHARED");
        var path = string.IsNullOrEmpty(configured) ? Path.Combine(Repository, "..", "shared") : configured;
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string? FindUp(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
