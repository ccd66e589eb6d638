using IclMesh.Kernel.Core.Selection;
using IclMesh.Kernel.V1;
using CandidatesCase = IclMesh.Kernel.V1.SelectBandwidthRequest.CandidatesOneofCase;
using Criterion = IclMesh.Kernel.Core.Selection.BandwidthCriterion;

namespace IclMesh.Kernel.SelectBandwidth;

internal sealed class SelectBandwidthHandler(WorkLimits limits)
{
    private const int RefinementSteps = 40;
    private const int DefaultCount = 30;

    public SelectBandwidthResponse Handle(SelectBandwidthRequest request, CancellationToken cancellationToken)
    {
        SelectBandwidthRules.Check(request);
        Admit(request);
        var problem = new SmoothingProblem(
            request.Function.ToKind(),
            request.Features.ToDense(),
            request.Labels.ToDense(),
            request.LocalLinear,
            request.HasFolds ? request.Folds : 5,
            request.Seed);
        if (request.CandidatesCase == CandidatesCase.Neighbours)
        {
            int[] counts = [.. request.Neighbours.Counts];
            return Respond(NeighbourBandwidth.Select(
                problem.Kind, counts, request.Neighbours.PerDemonstration, problem.Features, problem.Labels, cancellationToken));
        }

        var candidates = request.CandidatesCase switch
        {
            CandidatesCase.List => [.. request.List.Bandwidths],
            CandidatesCase.Range => BandwidthSelector.Geometric(
                request.Range.Low, request.Range.High, request.Range.HasCount ? request.Range.Count : DefaultCount),
            _ => BandwidthSelector.DefaultCandidates(problem.Features, problem.Kind, DefaultCount),
        };
        var criterion = request.Criterion switch
        {
            V1.BandwidthCriterion.Aicc => Criterion.Aicc,
            V1.BandwidthCriterion.AiccLocalConstantTrace => Criterion.AiccLocalConstantTrace,
            V1.BandwidthCriterion.KFold => Criterion.KFold,
            _ => Criterion.LeaveOneOut,
        };
        var response = Respond(BandwidthSelector.Select(problem, criterion, candidates, request.Refine, cancellationToken));
        response.RSquared = problem.RSquared(response.Best, cancellationToken);
        return response;
    }

    private static SelectBandwidthResponse Respond(SelectionCurve curve)
    {
        var response = new SelectBandwidthResponse { Best = curve.Best, Criterion = curve.BestCriterion };
        response.Curve.AddRange(curve.Candidates.Select((candidate, i) => new CurvePoint { Candidate = candidate, Criterion = curve.Criteria[i] }));
        return response;
    }

    private void Admit(SelectBandwidthRequest request)
    {
        double rows = request.Features.RowCount();
        double columns = request.Features.ColumnCount();
        double classes = request.Labels.ColumnCount();
        double fits = request.CandidatesCase switch
        {
            CandidatesCase.List => request.List.Bandwidths.Count,
            CandidatesCase.Neighbours => request.Neighbours.Counts.Count,
            CandidatesCase.Range => request.Range.HasCount ? request.Range.Count : DefaultCount,
            _ => DefaultCount,
        };
        fits += request.Refine ? RefinementSteps : 1;
        var perPair = request.LocalLinear ? (columns + 1) * (columns + 1) : columns + classes;
        var holdsPairs = request.LocalLinear || request.Criterion is V1.BandwidthCriterion.Aicc or V1.BandwidthCriterion.AiccLocalConstantTrace;
        limits.Admit(fits * rows * rows * perPair, (8 * rows * 4 * (columns + classes)) + (holdsPairs ? 16 * rows * rows : 0));
    }
}
