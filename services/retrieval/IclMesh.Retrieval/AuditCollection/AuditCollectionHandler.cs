using Grpc.Core;
using IclMesh.Retrieval.Core.Auditing;

namespace IclMesh.Retrieval.AuditCollection;

internal sealed class AuditCollectionHandler(CollectionAudit audit)
{
    public async Task HandleAsync(
        V1.AuditCollectionRequest request, IServerStreamWriter<V1.AuditCollectionResponse> answers, CancellationToken cancellationToken)
    {
        var usual = new AuditSettings();
        var rules = new RequestRules();
        float[][] queries = [.. request.QueryVectors.Select((bytes, i) => VectorBytes.Read($"query_vectors[{i}]", bytes, rules))];
        rules.ThrowIfBroken();
        var settings = new AuditSettings(
            request.HasNeighbours ? request.Neighbours : usual.Neighbours,
            request.HasBandwidth ? request.Bandwidth : usual.Bandwidth,
            request.HasRedundantCosine ? request.RedundantCosine : usual.RedundantSimilarity,
            request.HasIsolatedShare ? request.IsolatedShare : usual.IsolatedShare)
        {
            Queries = queries,
            UncoveredShare = request.HasUncoveredShare ? request.UncoveredShare : usual.UncoveredShare,
        };
        var last = default(AuditProgress);
        var findings = await audit.RunAsync(
            request.Collection.ToName("collection"),
            settings,
            progress =>
            {
                last = progress;
                return answers.WriteAsync(new() { Done = progress.Done, Total = progress.Total }, cancellationToken);
            },
            cancellationToken);
        await answers.WriteAsync(new() { Done = last.Done, Total = last.Total, Findings = { findings.Select(ToWire) } }, cancellationToken);
    }

    private static V1.Finding ToWire(Finding finding) => new()
    {
        Kind = finding.Kind switch
        {
            FindingKind.Mislabelled => V1.FindingKind.Mislabelled,
            FindingKind.Redundant => V1.FindingKind.Redundant,
            FindingKind.Conflicting => V1.FindingKind.Conflicting,
            FindingKind.Isolated => V1.FindingKind.Isolated,
            FindingKind.Uncovered => V1.FindingKind.Uncovered,
            _ => throw new ArgumentOutOfRangeException(nameof(finding), finding.Kind, "unknown kind"),
        },
        Id = finding.Id,
        Label = finding.Label,
        Score = finding.Score,
        SuggestedLabel = finding.SuggestedLabel,
        OtherId = finding.OtherId,
        Query = finding.Query,
    };
}
