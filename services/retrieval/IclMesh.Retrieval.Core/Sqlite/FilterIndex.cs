using System.Text;
using System.Text.Json;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Answers filters of one collection from columns in memory, which are read when a filter first needs them.</summary>
internal sealed class FilterIndex
{
    private const int MaxCached = 64;

    private readonly Lock guard = new();
    private readonly Dictionary<FilterField, FilterColumn> columns = [];
    private readonly Dictionary<string, (int Slots, SlotSet Set)> cache = [];
    private long generation;

    /// <summary>The slots that pass a filter.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="filter">The filter; null passes everything.</param>
    /// <returns>The slots, or null for all.</returns>
    public SlotSet? Evaluate(CollectionReading reading, Filter? filter)
    {
        if (filter is null)
        {
            return null;
        }

        lock (guard)
        {
            var state = reading.View.State;
            if (generation != state.Generation)
            {
                columns.Clear();
                cache.Clear();
                generation = state.Generation;
            }

            if (cache.TryGetValue(filter.Text, out var cached) && cached.Slots >= state.Slots)
            {
                return cached.Set;
            }

            var set = new SlotSet(FilterBitmap.Evaluate(filter.Root, state.Slots, field => Column(reading, field)));
            if (cache.Count >= MaxCached)
            {
                cache.Remove(cache.Keys.First());
            }

            cache[filter.Text] = (state.Slots, set);
            return set;
        }
    }

    private FilterColumn Column(CollectionReading reading, FilterField field)
    {
        if (!columns.TryGetValue(field, out var column))
        {
            columns.Add(field, column = new());
        }

        var covered = column.Covered;
        var slots = reading.View.State.Slots;
        if (covered < slots)
        {
            column.Cover(slots);
            var key = Encoding.UTF8.GetBytes(field.Key);
            foreach (var (slot, stored) in reading.Rows.Values(field.Kind, covered, slots))
            {
                var value = field.Kind switch
                {
                    FilterFieldKind.Version => MetadataValue.Of((double)(long)stored),
                    FilterFieldKind.Metadata => Find((string)stored, key),
                    FilterFieldKind.Split when (string)stored == "" => null,
                    _ => MetadataValue.Of((string)stored),
                };
                if (value is { } known)
                {
                    column.Set(slot, known);
                }
            }
        }

        return column;
    }

    private static MetadataValue? Find(string json, ReadOnlySpan<byte> key)
    {
        if (json == "{}")
        {
            return null;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(key);
            reader.Read();
            if (found)
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String => MetadataValue.Of(reader.GetString()!),
                    JsonTokenType.Number => MetadataValue.Of(reader.GetDouble()),
                    _ => MetadataValue.Of(reader.GetBoolean()),
                };
            }
        }

        return null;
    }
}
