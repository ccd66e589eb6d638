using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.ModelFiles.HuggingFace;
using IclMesh.Inference.ModelFiles.Opening;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>Lists the models that can be named without a download. Reads settings and headers only.</summary>
public static class ModelCatalog
{
    /// <summary>Every model by its name, in the order in which names resolve; a name that an earlier place has too is listed once.</summary>
    /// <param name="locations">Where to look.</param>
    public static IReadOnlyList<CatalogEntry> List(ModelLocations locations)
    {
        ArgumentNullException.ThrowIfNull(locations);
        var entries = locations.Folders.SelectMany(folder => Below(folder, "folder"))
            .Concat(locations.EmbeddedFolders.SelectMany(folder => Below(folder, "embedded")))
            .Concat(ModelResolver.CachedFolders(locations).SelectMany(folder => Entries(folder, HubName(folder), "cache")));
        return [.. entries.DistinctBy(entry => entry.Name)];
    }

    private static IEnumerable<CatalogEntry> Below(string folder, string origin)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var files = Directory.GetFiles(folder, "*.gguf").Order(StringComparer.Ordinal)
            .Select(file => Gguf(file, Path.GetFileNameWithoutExtension(file), origin));
        var folders = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .SelectMany(inner => Entries(inner, Path.GetFileName(inner), origin));
        return folders.Concat(files);
    }

    private static IEnumerable<CatalogEntry> Entries(string folder, string name, string origin)
    {
        if (File.Exists(Path.Combine(folder, "config.json")))
        {
            return [Describe(folder, name, HuggingFaceFolder.FormatOf(folder), origin, () => HuggingFaceConfiguration.Read(Path.Combine(folder, "config.json")).Family,
                () => HuggingFaceFolder.WeightFiles(folder).Sum(Size))];
        }

        var files = Directory.GetFiles(folder, "*.gguf").Order(StringComparer.Ordinal).ToList();
        return files is [var only]
            ? [Gguf(only, name, origin)]
            : files.Select(file => Gguf(file, $"{name}/{Path.GetFileName(file)}", origin));
    }

    private static CatalogEntry Gguf(string file, string name, string origin) => Describe(
        file,
        name,
        "gguf",
        origin,
        () =>
        {
            using var gguf = GgufFile.Open(file);
            return GgufConfiguration.Read(gguf).Family;
        },
        () => Size(file));

    private static CatalogEntry Describe(string location, string name, string format, string origin, Func<ModelFamily> family, Func<long> bytes)
    {
        try
        {
            return new(name, format, family(), bytes(), location, origin, Problem: null);
        }
        catch (Exception cause) when (cause is MeshException or IOException)
        {
            return new(name, format, Family: null, Bytes: 0, location, origin, cause.Message);
        }
    }

    /// <summary>Of the file itself: model folders are often links into a store of files, and a link has a length of its own.</summary>
    private static long Size(string file)
    {
        using var handle = File.OpenHandle(file);
        return RandomAccess.GetLength(handle);
    }

    private static string HubName(string folder) => Path.GetFileName(folder).Replace("--", "/", StringComparison.Ordinal);
}
