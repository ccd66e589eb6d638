using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>
/// Finds a model by name: a path, the models folders, the models that come with the program, the cache, the hub. The first that has it wins.
/// </summary>
public sealed class ModelResolver
{
    private readonly ModelLocations locations;
    private readonly HubModels hub;

    /// <param name="locations">Where to look.</param>
    /// <param name="http">Sends requests to the hub; must not follow redirects by itself, see <see cref="CreateHandler"/>.</param>
    /// <param name="time">Clock for pauses between attempts.</param>
    public ModelResolver(ModelLocations locations, HttpMessageInvoker http, TimeProvider time)
    {
        this.locations = locations;
        var client = new HubClient(http, locations);
        hub = new(client, new(client, time), locations, time);
    }

    /// <summary>A handler as the hub's answers need it: size and checksum stand in the answer that redirects.</summary>
    public static HttpMessageHandler CreateHandler() =>
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    /// <summary>The folder or file of a model, downloaded where that is allowed and needed.</summary>
    /// <param name="name">A path, a name, <c>OWNER/NAME</c>, <c>OWNER/NAME@REVISION</c> or <c>OWNER/NAME/FILE.gguf</c>.</param>
    /// <param name="progress">Told about downloads; may be null.</param>
    /// <param name="cancellationToken">Cancels a download; it continues where it stopped the next time.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/> with one message that says what was tried and what to do; <see cref="ErrorKind.Unavailable"/>
    /// where the hub cannot be reached; <see cref="ErrorKind.DataLoss"/> where a download does not have the announced checksum.
    /// </exception>
    public async Task<string> ResolveAsync(string name, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw MeshException.Invalid("model", "must not be empty");
        }

        if (FindLocally(name) is { } found)
        {
            return found;
        }

        return HubReference.TryParse(name) is { } reference && !locations.Offline
            ? await hub.FetchAsync(reference, progress, cancellationToken)
            : throw NotFound(name);
    }

    /// <summary>Resolves and opens a model.</summary>
    /// <inheritdoc cref="ResolveAsync"/>
    public async Task<ModelSource> OpenAsync(string name, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        ModelSources.Open(await ResolveAsync(name, progress, cancellationToken));

    private string? FindLocally(string name)
    {
        if (Path.Exists(name))
        {
            return name;
        }

        return locations.Folders.Concat(locations.EmbeddedFolders).Select(folder => FindBelow(folder, name)).FirstOrDefault(path => path is not null)
            ?? FindCached(name);
    }

    private static string? FindBelow(string folder, string name)
    {
        // A name that climbs out of its folder is a path, and paths were tried.
        if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
        {
            return null;
        }

        var path = Path.Combine(folder, name);
        return Path.Exists(path) ? path : File.Exists(path + ".gguf") ? path + ".gguf" : null;
    }

    private string? FindCached(string name)
    {
        if (HubReference.TryParse(name) is not { } reference)
        {
            // A bare name is good enough where only one owner's model of that name was downloaded.
            var candidates = CachedFolders(locations).Where(folder => folder.EndsWith($"--{name}", StringComparison.Ordinal)).ToList();
            return candidates is [var only] ? only : null;
        }

        var folder = Path.Combine(locations.CacheFolder, "hub", reference.CacheName);
        if (reference.File is { } file)
        {
            var path = Path.Combine(folder, file);
            return File.Exists(path) ? path : null;
        }

        return File.Exists(Path.Combine(folder, HubModels.CompleteMarker)) ? folder : null;
    }

    /// <summary>Folders of completely downloaded models.</summary>
    internal static IEnumerable<string> CachedFolders(ModelLocations locations)
    {
        var root = Path.Combine(locations.CacheFolder, "hub");
        return Directory.Exists(root)
            ? Directory.GetDirectories(root).Where(folder => File.Exists(Path.Combine(folder, HubModels.CompleteMarker))).Order(StringComparer.Ordinal)
            : [];
    }

    private MeshException NotFound(string name)
    {
        var known = ModelCatalog.List(locations).Select(entry => entry.Name).ToList();
        var folders = locations.Folders.Count == 0 ? "ICLMESH_MODELS (not set)" : $"ICLMESH_MODELS ({string.Join(", ", locations.Folders)})";
        var hubTried = locations.Offline ? "the hub (not asked, offline)" : "the hub (not asked, the name is not of the form OWNER/NAME)";
        return new(
            ErrorKind.NotFound,
            ErrorReasons.ResourceNotFound,
            $"model '{name}' was not found. Tried: the path {Path.GetFullPath(name)}; {folders}; the embedded models; the cache ({locations.CacheFolder}); {hubTried}. "
            + $"Known names: {(known.Count == 0 ? "none" : string.Join(", ", known))}. "
            + "Give a path to a folder or a .gguf file, set ICLMESH_MODELS to the folder that holds the model, "
            + (locations.Offline ? "or allow downloads." : "or name a model of the hub as OWNER/NAME."))
        {
            Metadata = new Dictionary<string, string> { ["resource"] = "model", ["name"] = name },
        };
    }
}
