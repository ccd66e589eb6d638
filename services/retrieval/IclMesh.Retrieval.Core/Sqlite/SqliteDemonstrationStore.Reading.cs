using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <content>Reads and searches.</content>
public sealed partial class SqliteDemonstrationStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> GetAsync(CollectionName name, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult(Translated<IReadOnlyList<Demonstration>>(name.ToString(), () =>
        {
            using var reading = Opened(name).Read();
            var found = new List<Demonstration>(ids.Count);
            foreach (var id in ids)
            {
                if (reading.Rows.ById(id) is { } row)
                {
                    found.Add(reading.Complete(row));
                }
            }

            return found;
        }));

    /// <inheritdoc/>
    public Task<Page<Demonstration>> ListAsync(CollectionName name, ListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var binding = query.Binding(name);
        var after = PageToken.Read(binding, query.PageToken) ?? "";
        return Task.FromResult(Translated(name.ToString(), () =>
        {
            using var reading = Opened(name).Read();
            var rows = reading.After(after, query);
            var next = rows.Count > query.PageSize ? PageToken.After(binding, rows[query.PageSize - 1].Demonstration.Id) : "";
            var items = new List<Demonstration>();
            foreach (var row in rows.Take(query.PageSize))
            {
                var complete = reading.Complete(row);
                items.Add(query.IncludeVectors ? complete : complete with { Vector = [] });
            }

            return new Page<Demonstration>(items, next);
        }));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountLabelsAsync(CollectionName name, CancellationToken cancellationToken) =>
        Task.FromResult(Translated<IReadOnlyDictionary<string, long>>(name.ToString(), () =>
        {
            using var reading = Opened(name).Read();
            return reading.Rows.LabelCounts();
        }));

    /// <inheritdoc/>
    public Task<IReadOnlyList<VectorMatches>> SearchAsync(
        CollectionName name, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return Task.FromResult(Translated<IReadOnlyList<VectorMatches>>(name.ToString(), () =>
        {
            var collection = Opened(name);
            QueryRules.Check(queries, collection.Schema);
            using var reading = collection.Read();
            return SqliteSearch.Nearest(reading, queries, options.ScanThreads, cancellationToken);
        }));
    }

    /// <inheritdoc/>
    public Task<TextMatches> SearchTextAsync(CollectionName name, TextQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.FromResult(Translated(name.ToString(), () =>
        {
            var collection = Opened(name);
            QueryRules.Check(query, collection.Schema);
            using var reading = collection.Read();
            return SqliteSearch.Text(reading, query, cancellationToken);
        }));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> SampleAsync(CollectionName name, SampleQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.FromResult(Translated(name.ToString(), () =>
        {
            using var reading = Opened(name).Read();
            return SqliteSearch.Draw(reading, query, cancellationToken);
        }));
    }
}
