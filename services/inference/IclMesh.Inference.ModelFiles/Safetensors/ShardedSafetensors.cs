using System.Text.Json;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Safetensors;

/// <summary>Several safetensors files read as one, by an index that says which file holds which tensor.</summary>
public sealed class ShardedSafetensors : ITensorSource
{
    private readonly string indexPath;
    private readonly Dictionary<string, SafetensorsFile> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);

    private ShardedSafetensors(string indexPath) => this.indexPath = indexPath;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Unread => unread;

    /// <summary>Opens the files that an index names.</summary>
    /// <param name="indexPath">Path of <c>model.safetensors.index.json</c>; the files lie beside it.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.DataLoss"/> where index and files disagree, naming tensor and file.
    /// </exception>
    public static ShardedSafetensors Open(string indexPath)
    {
        var source = new ShardedSafetensors(indexPath);
        try
        {
            foreach (var (tensor, file) in Entries(indexPath))
            {
                source.Add(tensor, file);
            }

            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Names of the files that an index lists, each once.</summary>
    /// <param name="indexPath">Path of <c>model.safetensors.index.json</c>.</param>
    internal static IReadOnlyList<string> Files(string indexPath) => [.. Entries(indexPath).Select(entry => entry.File).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination) => Owner(name).Read(name, destination);

    /// <inheritdoc/>
    public void ReadRaw(string name, long offset, Span<byte> destination) => Owner(name).ReadRaw(name, offset, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in shards.Values)
        {
            shard.Dispose();
        }
    }

    private static List<(string Tensor, string File)> Entries(string indexPath)
    {
        using var index = JsonFile.TryOpen(indexPath) ?? throw MeshException.NotFound("file", indexPath);
        if (!index.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw FileFaults.Corrupt(indexPath, "weight_map is missing or no object");
        }

        var entries = new List<(string, string)>();
        foreach (var member in map.EnumerateObject())
        {
            entries.Add((member.Name, FileFaults.PlainName(indexPath, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : "")));
        }

        return entries;
    }

    private void Add(string tensor, string file)
    {
        if (!shards.TryGetValue(file, out var shard))
        {
            shard = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(indexPath) ?? "", file));
            shards.Add(file, shard);
        }

        if (shard.Unread.TryGetValue(tensor, out var type))
        {
            unread[tensor] = type;
        }
        else if (!shard.Tensors.TryGetValue(tensor, out var info))
        {
            throw FileFaults.Corrupt(indexPath, $"tensor '{tensor}' is not in {file}, where the index says it is");
        }
        else if (!tensors.TryAdd(tensor, info))
        {
            throw FileFaults.Corrupt(indexPath, $"tensor '{tensor}' is listed twice");
        }

        owners[tensor] = shard;
    }

    private SafetensorsFile Owner(string name) =>
        owners.TryGetValue(name, out var owner) ? owner : throw FileFaults.Corrupt(indexPath, $"tensor '{name}' is missing");
}
