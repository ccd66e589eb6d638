using IclMesh.Inference.ModelFiles.Safetensors;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>Brings models from the hub into the cache.</summary>
internal sealed class HubModels(HubClient client, HubDownload download, ModelLocations locations, TimeProvider time)
{
    private const int MaxFiles = 1000;
    private const string IndexFile = "model.safetensors.index.json";

    /// <summary>Written last: a folder without it is not complete.</summary>
    public const string CompleteMarker = ".complete";

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Settings =
    [
        "config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json", "special_tokens_map.json", "added_tokens.json",
        "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json", "adapter_config.json",
    ];

    /// <summary>Fetches what is missing of a model and returns its place in the cache.</summary>
    public async Task<string> FetchAsync(HubReference model, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(locations.CacheFolder, "hub", model.CacheName);
        try
        {
            PrivateFiles.CreateFolder(folder);
            await using var held = await LockAsync(Path.Combine(folder, ".lock"), cancellationToken);
            var names = await ChooseAsync(model, folder, cancellationToken);
            await FetchAsync(model, names, folder, progress, cancellationToken);
            if (names.Contains(IndexFile))
            {
                await FetchAsync(model, ShardedSafetensors.Files(Path.Combine(folder, IndexFile)), folder, progress, cancellationToken);
            }

            if (model.File is null)
            {
                await using var marker = new StreamWriter(PrivateFiles.OpenOrCreate(Path.Combine(folder, CompleteMarker), FileAccess.Write));
                await marker.WriteAsync(string.Join('\n', names).AsMemory(), cancellationToken);
            }

            return names is [var only] && only.EndsWith(".gguf", StringComparison.Ordinal) ? Path.Combine(folder, only) : folder;
        }
        catch (Exception cause) when (cause is IOException and not HttpIOException or UnauthorizedAccessException)
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.StorageUnavailable, $"{folder}: cannot be written: {cause.Message}", cause);
        }
        catch (HttpRequestException cause)
        {
            throw new MeshException(
                ErrorKind.Unavailable, ErrorReasons.LegFailed, $"the hub at {locations.HubAddress} cannot be reached: {cause.Message}", cause);
        }
    }

    private async Task<IReadOnlyList<string>> ChooseAsync(HubReference model, string folder, CancellationToken cancellationToken)
    {
        if (model.File is { } only)
        {
            return [only];
        }

        var listed = (await client.ListAsync(model, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        if (!listed.Contains("config.json"))
        {
            return listed.Where(file => file.EndsWith(".gguf", StringComparison.Ordinal) && !file.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList() switch
            {
                [] => throw new MeshException(
                    ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{model.Repository} holds neither config.json nor a .gguf file, so no model"),
                [var gguf] => [gguf],
                var several => throw MeshException.Invalid(
                    "model", $"{model.Repository} holds {several.Count} .gguf files, name one as {model.Repository}/FILE: {string.Join(", ", several)}"),
            };
        }

        var weights = listed.Contains("model.safetensors") ? "model.safetensors" : IndexFile;
        return listed.Contains(weights)
            ? [.. Settings.Where(listed.Contains), weights]
            : throw new MeshException(
                ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{model.Repository} holds neither model.safetensors nor {IndexFile}; other weight formats are not read");
    }

    private async Task FetchAsync(
        HubReference model, IReadOnlyList<string> names, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (names.Count > MaxFiles)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, $"files of {model.Repository}", MaxFiles, names.Count);
        }

        var files = new List<HubFile>();
        foreach (var name in names)
        {
            files.Add(await client.InspectAsync(model, name, cancellationToken));
        }

        long total = files.Sum(file => file.Length), done = 0;
        CheckRoom(model, files, folder, total);
        foreach (var file in files)
        {
            var before = done;
            await download.FetchAsync(
                model, file, folder, received => progress?.Report(new(model.Repository, file.Name, before + received, total)), cancellationToken);
            done += file.Length;
        }
    }

    private void CheckRoom(HubReference model, List<HubFile> files, string folder, long total)
    {
        if (total > locations.DownloadBytes)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, $"bytes of {model.Repository}", locations.DownloadBytes, total);
        }

        var missing = files.Where(file => !File.Exists(Path.Combine(folder, file.Name))).Sum(file => file.Length);
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (missing > free)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.StorageUnavailable, $"{model.Repository} takes {missing} bytes, of which {free} are free")
            {
                Metadata = new Dictionary<string, string> { ["limit"] = $"{free}", ["actual"] = $"{missing}" },
            };
        }
    }

    /// <summary>Keeps two processes from fetching the same model at once; the system releases the lock with the process.</summary>
    private async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return PrivateFiles.OpenOrCreate(path, FileAccess.ReadWrite);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockPause, time, cancellationToken);
            }
        }
    }
}
