using Xunit;

namespace IclMesh.Testing;

/// <summary>Models, data and expected values that lie beside the repository: <c>../shared</c> or <c>ICLMESH_SHARED</c>.</summary>
public static class SharedData
{
    private static readonly string? Root = Locate();

    /// <summary>A path below the shared folder. Missing material fails the test in CI and skips it elsewhere.</summary>
    /// <param name="parts">Parts of the path, for example <c>golden</c>, <c>smollm2</c>.</param>
    public static string Find(params string[] parts)
    {
        var path = Root is null ? null : Path.Combine([Root, .. parts]);
        if (path is null || !Path.Exists(path))
        {
            var reason = $"{string.Join('/', parts)} is neither below ../shared nor below ICLMESH_SHARED";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(reason);
            }

            Assert.Skip(reason);
        }

        return path;
    }

    private static string? Locate()
    {
        if (Environment.GetEnvironmentVariable("ICLMESH_SHARED") is { Length: > 0 } configured)
        {
            return configured;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IclMesh.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared");
    }
}
