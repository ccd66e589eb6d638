namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>Where models are looked for, in the order in which they are tried.</summary>
public sealed record ModelLocations
{
    /// <summary>Folders whose subfolders and .gguf files are models, by name.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Folders of the models that come with the program.</summary>
    public IReadOnlyList<string> EmbeddedFolders { get; init; } = [];

    /// <summary>Folder for what was downloaded; made when it is first needed.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Folder for weights in the layout that the engine maps; may be deleted at any time.</summary>
    public string WeightFolder => Path.Combine(CacheFolder, "weights");

    /// <summary>Address of the hub, with a closing slash.</summary>
    public Uri HubAddress { get; init; } = new("https://huggingface.co/");

    /// <summary>Sent to the hub, and to nobody else, for models that are not open to everyone; null for none.</summary>
    public string? HubToken { get; init; }

    /// <summary>Most bytes that one download may take.</summary>
    public long DownloadBytes { get; init; } = 64L << 30;

    /// <summary>Forbids every network request.</summary>
    public bool Offline { get; init; }

    /// <summary>
    /// Reads <c>ICLMESH_MODELS</c> (folders, separated by colons; semicolons on Windows), <c>ICLMESH_CACHE</c>, <c>XDG_CACHE_HOME</c>,
    /// <c>ICLMESH_OFFLINE</c> (1 or true) and <c>HF_TOKEN</c>. Embedded models lie in <c>models</c> beside the program.
    /// </summary>
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    public static ModelLocations FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var caches = variable("XDG_CACHE_HOME") is { Length: > 0 } configured ? configured : Path.Combine(home, ".cache");
        return new()
        {
            Folders = (variable("ICLMESH_MODELS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            EmbeddedFolders = [Path.Combine(AppContext.BaseDirectory, "models")],
            CacheFolder = variable("ICLMESH_CACHE") is { Length: > 0 } cache ? cache : Path.Combine(caches, "iclmesh"),
            HubToken = variable("HF_TOKEN") is { Length: > 0 } token ? token : null,
            Offline = variable("ICLMESH_OFFLINE") is "1" or "true",
        };
    }
}
