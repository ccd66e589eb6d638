using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Models;

/// <summary>Finds models by path, or by name below some folders; the first folder that has the name wins.</summary>
/// <param name="folders">Folders whose entries are models, each with where it comes from.</param>
public sealed class FolderCatalog(IReadOnlyList<ModelFolder> folders) : IModelCatalog
{
    /// <summary>Environment variable that names model folders, separated as in PATH.</summary>
    public const string Variable = "ICLMESH_MODELS";

    /// <summary>The folders of <see cref="Variable"/>.</summary>
    public static IEnumerable<string> EnvironmentFolders =>
        (Environment.GetEnvironmentVariable(Variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The models that ship with the program, beside its assemblies.</summary>
    public static ModelFolder Embedded { get; } = new(Path.Combine(AppContext.BaseDirectory, "models"), "embedded");

    /// <inheritdoc/>
    public IReadOnlyList<ModelListing> List() =>
    [
        .. folders
            .Where(folder => Directory.Exists(folder.Path))
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder.Path).Where(ModelSources.IsModel).Select(path => Describe(path, folder)))
            .DistinctBy(listing => listing.Name, StringComparer.Ordinal)
            .OrderBy(listing => listing.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public ModelSource Open(string name)
    {
        string[] candidates = [name, .. folders.SelectMany(folder => Candidates(folder.Path, name))];
        var path = candidates.FirstOrDefault(ModelSources.IsModel);
        return path is not null
            ? ModelSources.Open(path)
            : throw new MeshException(
                ErrorKind.NotFound,
                ErrorReasons.ResourceNotFound,
                $"model '{name}' is neither a model folder or file nor below {Tried()}; put its folder there, or name a folder in {Variable}")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "model", ["name"] = name },
            };
    }

    /// <summary>A name never leaves its folder: what looks like a path is only looked up as one.</summary>
    private static string[] Candidates(string folder, string name) =>
        name.Length == 0 || name != Path.GetFileName(name) || name is "." or ".."
            ? []
            : [Path.Combine(folder, name), Path.Combine(folder, $"{name}.gguf")];

    private static ModelListing Describe(string path, ModelFolder folder)
    {
        var isFile = File.Exists(path);
        string[] files = isFile ? [path] : [.. Directory.GetFiles(path).Where(IsWeightFile)];
        var gguf = files.Any(file => file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase));
        return new(
            isFile ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(path),
            gguf && !File.Exists(Path.Combine(path, "config.json")) ? "gguf" : "huggingface",
            files.Sum(file => new FileInfo(file).Length),
            folder.Origin);
    }

    private static bool IsWeightFile(string file) => Path.GetExtension(file) is ".gguf" or ".safetensors";

    private string Tried() => folders.Count == 0 ? "a configured folder (there is none)" : string.Join(", ", folders.Select(folder => folder.Path));
}

/// <summary>A folder whose entries are models.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Origin"><c>configured</c>, <c>embedded</c> or <c>cache</c>.</param>
public sealed record ModelFolder(string Path, string Origin);
