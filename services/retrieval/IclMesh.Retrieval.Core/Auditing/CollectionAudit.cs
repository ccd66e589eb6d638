using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>Looks for demonstrations that would do harm or nothing: leave-one-out kernel regression over the nearest neighbours.</summary>
/// <param name="store">The store.</param>
/// <param name="budget">What searches and audits may take together; null for the usual.</param>
public sealed class CollectionAudit(IDemonstrationStore store, SearchMemory? budget = null)
{
    private const int BatchRows = 64;
    private const long BatchBytes = 64 << 20;
    private const long FindingBytes = 400;

    private readonly SearchMemory memory = budget ?? SearchMemory.Usual();

    /// <summary>Audits a collection.</summary>
    /// <param name="name">The collection.</param>
    /// <param name="settings">How.</param>
    /// <param name="progress">Is told after every batch.</param>
    /// <param name="cancellationToken">Stops the audit.</param>
    /// <returns>Findings by kind, the oddest first, equal ones by id.</returns>
    public async Task<IReadOnlyList<Finding>> RunAsync(
        CollectionName name, AuditSettings settings, Func<AuditProgress, Task> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(progress);
        Check(settings);
        var collection = await store.GetCollectionAsync(name, cancellationToken);
        CheckQueries(settings, collection.Schema);
        using var reserved = memory.Reserve(Need(settings, collection));
        var findings = new List<Finding>();
        var isolation = new List<Finding>();
        var query = new ListQuery(Rows(settings, collection.Schema), IncludeVectors: true) { IncludeTexts = false };
        var done = 0L;
        do
        {
            var page = await store.ListAsync(name, query, cancellationToken);
            if (page.Items.Count > 0)
            {
                var answers = await store.SearchAsync(
                    name, [.. page.Items.Select(item => new VectorQuery(item.Vector, collection.Schema.Model, settings.Neighbours + 1) { Content = MatchContent.Vectors })], cancellationToken);
                for (var i = 0; i < answers.Count; i++)
                {
                    Judge(page.Items[i], answers[i], settings, findings, isolation);
                }
            }

            done += page.Items.Count;
            await progress(new(done, Math.Max(done, collection.Count)));
            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken.Length > 0);

        var regions = await new Coverage(store).RegionsAsync(collection, settings, [.. isolation.Select(finding => 1 - finding.Score)], cancellationToken);
        var isolated = isolation.OrderByDescending(finding => finding.Score).ThenBy(finding => finding.Id, Utf8Order.Instance)
            .Take((int)(settings.IsolatedShare * isolation.Count));
        return
        [
            .. findings.Concat(isolated).Concat(regions)
                .OrderBy(finding => finding.Kind)
                .ThenByDescending(finding => finding.Score)
                .ThenBy(finding => finding.Id, Utf8Order.Instance),
        ];
    }

    /// <summary>Demonstrations of one batch: as many as keep it within bounds with all their neighbours.</summary>
    private static int Rows(AuditSettings settings, CollectionSchema schema) =>
        (int)Math.Clamp(BatchBytes / SearchMemory.OfRows(settings.Neighbours + 1, schema.Dimension), 1, BatchRows);

    /// <summary>Bytes that an audit takes: a batch, what is found of every demonstration, and the queries with which of them lie near which.</summary>
    private static long Need(AuditSettings settings, CollectionInfo collection)
    {
        var batch = Rows(settings, collection.Schema) * SearchMemory.OfRows(settings.Neighbours + 1, collection.Schema.Dimension);
        var queries = (long)settings.Queries.Count;
        return batch + (collection.Count * FindingBytes) + SearchMemory.OfRows(queries, collection.Schema.Dimension) + (queries * queries * 16);
    }

    private static void Check(AuditSettings settings)
    {
        var rules = new RequestRules();
        rules.InRange("neighbours", settings.Neighbours, 2, 256);
        rules.Positive("bandwidth", settings.Bandwidth);
        rules.Require(settings.RedundantSimilarity is > 0 and <= 1, "redundant_cosine", $"must be greater than 0 and at most 1, is {settings.RedundantSimilarity}");
        rules.Require(settings.IsolatedShare is >= 0 and <= 1, "isolated_share", $"must be between 0 and 1, is {settings.IsolatedShare}");
        rules.ThrowIfBroken();
    }

    private static void CheckQueries(AuditSettings settings, CollectionSchema schema)
    {
        var rules = new RequestRules();
        rules.InRange("query_vectors", settings.Queries.Count, 0, AuditSettings.MaxQueries);
        rules.Require(settings.UncoveredShare is > 0 and < 1, "uncovered_share", $"must be greater than 0 and less than 1, is {settings.UncoveredShare}");
        for (var i = 0; i < Math.Min(settings.Queries.Count, AuditSettings.MaxQueries); i++)
        {
            DemonstrationRules.CheckVector($"query_vectors[{i}]", settings.Queries[i], schema, rules);
        }

        rules.ThrowIfBroken();
    }

    private static void Judge(
        Demonstration item, VectorMatches answer, AuditSettings settings, List<Finding> findings, List<Finding> isolation)
    {
        var others = answer.Matches.Where(match => match.Demonstration.Id != item.Id).Take(settings.Neighbours).ToArray();
        if (others.Length == 0)
        {
            return;
        }

        var cosines = others.Select(match => (double)Exact.VectorMath.Cosine(item.Vector, match.Demonstration.Vector)).ToArray();
        var nearest = others[0].Demonstration;
        isolation.Add(new(FindingKind.Isolated, item.Id, item.Label, 1 - cosines[0], "", nearest.Id));
        if (cosines[0] >= settings.RedundantSimilarity)
        {
            var kind = nearest.Label == item.Label ? FindingKind.Redundant : FindingKind.Conflicting;

            // Of two that say the same the later one is the redundant one: deleting all redundant ones keeps the first.
            if (kind == FindingKind.Conflicting || Utf8Order.Instance.Compare(item.Id, nearest.Id) > 0)
            {
                findings.Add(new(kind, item.Id, item.Label, cosines[0], "", nearest.Id));
            }
        }

        var shares = Shares(others, cosines, settings.Bandwidth);
        var own = shares.GetValueOrDefault(item.Label);
        var best = shares.Where(entry => entry.Key != item.Label).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, Utf8Order.Instance).FirstOrDefault();
        if (best.Key is not null && best.Value > own)
        {
            findings.Add(new(FindingKind.Mislabelled, item.Id, item.Label, best.Value - own, best.Key, nearest.Id));
        }
    }

    /// <summary>Nadaraya-Watson over the neighbours: weights exp(−((1 − cosine)/h)²/2), the greatest exponent subtracted so that they cannot all vanish.</summary>
    private static Dictionary<string, double> Shares(VectorMatch[] others, double[] cosines, double bandwidth)
    {
        var exponents = cosines.Select(cosine => -0.5 * Math.Pow((1 - cosine) / bandwidth, 2)).ToArray();
        var greatest = exponents.Max();
        var weights = exponents.Select(exponent => Math.Exp(exponent - greatest)).ToArray();
        var total = weights.Sum();
        var shares = new Dictionary<string, double>();
        for (var i = 0; i < others.Length; i++)
        {
            var demonstration = others[i].Demonstration;
            foreach (var (label, share) in demonstration.LabelDistribution ?? new Dictionary<string, float> { [demonstration.Label] = 1 })
            {
                shares[label] = shares.GetValueOrDefault(label) + (weights[i] * share / total);
            }
        }

        return shares;
    }
}
