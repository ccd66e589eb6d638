using System.Text.Json;
using System.Xml.Linq;
using IclMesh.Testing;

namespace IclMesh.Conventions.Tests;

/// <summary>Everything in the tree is built by the solution, with the one list of package versions.</summary>
public sealed class SolutionTests
{
    /// <summary>Packages that a build property brings in, which no lock file therefore holds.</summary>
    private static readonly string[] Optional = ["Microsoft.ML.OnnxRuntime.Gpu"];

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(SharedFolder.Repository, "IclMesh.sln")).Replace('\\', '/');

        Assert.DoesNotContain(
            Find("*.csproj"), project => !solution.Contains($"\"{Path.GetRelativePath(SharedFolder.Repository, project)}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_AllHaveALockFile() =>
        Assert.DoesNotContain(Find("*.csproj"), project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")));

    [Fact]
    public void PackageVersions_AreAllUsed()
    {
        var versions = XDocument.Load(Path.Combine(SharedFolder.Repository, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(version => version.Attribute("Include")!.Value);

        var locked = Find("packages.lock.json").SelectMany(Packages).ToHashSet(StringComparer.OrdinalIgnoreCase);

        Assert.NotEmpty(locked);
        Assert.Equal(Optional, versions.Where(name => !locked.Contains(name)));
    }

    private static IEnumerable<string> Packages(string lockFile)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(lockFile));
        return [.. json.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()).Select(package => package.Name)];
    }

    /// <summary>Files of the sources: nothing that a build or a tool put there.</summary>
    private static IEnumerable<string> Find(string pattern) =>
        Directory.EnumerateFiles(SharedFolder.Repository, pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(SharedFolder.Repository, path).Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" || part[0] == '.'));
}
