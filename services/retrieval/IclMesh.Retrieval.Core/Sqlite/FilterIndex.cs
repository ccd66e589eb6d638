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

    // A filter that more rows pass is bound by its products, not by the way to scattered rows.
    private const int MaxGatheredShare = 1 << 5;

    // All copies together take at most this share of the codes.
    private const int MaxCopiedShare = 1 << 4;
    private const long AlwaysCopied = 1 << 20;

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
                Gather(reading.View.Table, cached.Set, state.Slots);
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

    /// <summary>Copies the rows of a selective filter side by side when it is asked for the second time.</summary>
    private void Gather(VectorTable table, SlotSet set, int slots)
    {
        if (set.Gathered is not null || set.Count() is var rows && rows > slots / MaxGatheredShare)
        {
            return;
        }

        var copied = cache.Values.Sum(entry => GatheredRows.Size(table, entry.Set.Gathered?.Count ?? 0));
        if (copied + GatheredRows.Size(table, rows) <= Math.Max(AlwaysCopied, (long)slots * table.CodeBytes / MaxCopiedShare))
        {
            set.Gathered = GatheredRows.Copy(table, set);
        }
    }

    private FilterColumn Column(CollectionReading reading, FilterField field)
    {
        if (!columns.TryGetValue(field, out var column))
        {
            columns.Add(field, column = new());
        }

        try
        {
            Extend(reading, field, column);
            return column;
        }
        catch
        {
            // Half a column would answer as if the rest had no value.
            columns.Remove(field);
            throw;
        }
    }

    private static void Extend(CollectionReading reading, FilterField field, FilterColumn column)
    {
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
                    FilterFieldKind.Version => MetadataValue.Of((long)stored),
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
                    JsonTokenType.Number => reader.TryGetInt64(out var whole) ? MetadataValue.Of(whole) : MetadataValue.Of(reader.GetDouble()),
                    _ => MetadataValue.Of(reader.GetBoolean()),
                };
            }
        }

        return null;
    }
}
