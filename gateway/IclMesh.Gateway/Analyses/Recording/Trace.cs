using System.Text;
using System.Text.Json;
using IclMesh.Gateway.Jobs;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>What a job has recorded; analyses read it and need no model.</summary>
internal sealed class Trace(ShardStore shards, string incarnation)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>A shard as it is stored.</summary>
    public static JobShard Pack(string series, int number, IReadOnlyList<RecordedUnit> units)
    {
        using var lines = new MemoryStream();
        var tensors = new Dictionary<string, NamedTensor>();
        foreach (var unit in units)
        {
            JsonSerializer.Serialize(lines, unit.Record, Json);
            lines.WriteByte((byte)'\n');
            foreach (var (name, tensor) in unit.Tensors)
            {
                tensors[$"{unit.Record.Row}.{name}"] = tensor;
            }
        }

        return new(series, number, lines.ToArray(), tensors.Count == 0 ? [] : TensorFile.Write(tensors));
    }

    /// <summary>All prompts of a series, in the order of their rows.</summary>
    /// <param name="series">Name of the series.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<RecordedUnit>> ReadAsync(string series, CancellationToken cancellationToken)
    {
        var units = new List<RecordedUnit>();
        for (var number = 0; await shards.FindAsync(incarnation, series, number, cancellationToken) is { } shard; number++)
        {
            units.AddRange(Unpack(shard));
        }

        return units;
    }

    private static IEnumerable<RecordedUnit> Unpack(JobShard shard)
    {
        var tensors = TensorFile.Read(shard.Tensors).ToLookup(entry => int.Parse(entry.Key.AsSpan(0, entry.Key.IndexOf('.', StringComparison.Ordinal)), provider: null));
        foreach (var line in Encoding.UTF8.GetString(shard.Records).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var record = JsonSerializer.Deserialize<PromptRecord>(line, Json)!;
            yield return new(record, tensors[record.Row].ToDictionary(entry => entry.Key[(entry.Key.IndexOf('.', StringComparison.Ordinal) + 1)..], entry => entry.Value));
        }
    }
}
