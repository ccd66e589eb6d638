using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <content>Reads and searches.</content>
public sealed partial class SqliteDemonstrationStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> GetAsync(CollectionName name, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        WriteRules.CheckIds(ids);
        return ReadAsync<IReadOnlyList<Demonstration>>(name, reading =>
        {
            var found = new List<Demonstration>(ids.Count);
            var size = default(AnswerSize);
            foreach (var id in ids)
            {
                if (reading.Rows.ById(id) is { } row)
                {
                    var demonstration = reading.Complete(row);
                    size.Add("ids", demonstration);
                    found.Add(demonstration);
                }
            }

            return found;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<Demonstration>> ListAsync(CollectionName name, ListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var binding = query.Binding(name);
        var after = PageToken.Read(binding, query.PageToken);
        return ReadAsync(name, reading =>
        {
            var items = new List<Demonstration>();
            var size = default(AnswerSize);
            foreach (var row in reading.After(after, query))
            {
                if (items.Count == query.PageSize)
                {
                    return new Page<Demonstration>(items, PageToken.After(binding, items[^1].Id));
                }

                var demonstration = query.Reduce(reading.Complete(row, query.IncludeTexts ? MatchContent.Whole : MatchContent.Facts));
                if (!size.TryAdd(demonstration))
                {
                    return new Page<Demonstration>(items, PageToken.After(binding, items[^1].Id));
                }

                items.Add(demonstration);
            }

            return new Page<Demonstration>(items, "");
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountLabelsAsync(CollectionName name, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<string, long>>(name, reading => reading.Rows.LabelCounts(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CollectionEvent>> ListChangesAsync(CollectionName name, long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<CollectionEvent>>(name, reading => reading.Rows.Changes(after, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<VectorMatches>> SearchAsync(
        CollectionName name, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return SearchAsync(
            name,
            schema => QueryRules.Check(queries, schema),
            reading => SqliteSearch.Nearest(reading, queries, options.ScanThreads, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TextMatches> SearchTextAsync(CollectionName name, TextQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchAsync(
            name, schema => QueryRules.Check(query, schema), reading => SqliteSearch.Text(reading, query, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> SampleAsync(CollectionName name, SampleQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchAsync(name, _ => { }, reading => SqliteSearch.Draw(reading, query, cancellationToken), cancellationToken);
    }

    private Task<T> SearchAsync<T>(
        CollectionName name, Action<CollectionSchema> check, Func<CollectionReading, T> search, CancellationToken cancellationToken) =>
        RunAsync(name.ToString(), async () =>
        {
            using var lease = Rent(name, out var entry);
            check(entry.Schema);
            return await searches.RunAsync(
                () =>
                {
                    using var reading = lease.Collection.Read(cancellationToken);
                    return search(reading);
                },
                cancellationToken);
        }, cancellationToken);

    private Task<T> ReadAsync<T>(CollectionName name, Func<CollectionReading, T> read, CancellationToken cancellationToken) =>
        RunAsync(name.ToString(), () =>
        {
            using var lease = Rent(name, out _);
            using var reading = lease.Collection.Read(cancellationToken);
            return read(reading);
        }, cancellationToken);
}
