using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.V1;
using CandidatesCase = IclMesh.Kernel.V1.SelectBandwidthRequest.CandidatesOneofCase;

namespace IclMesh.Kernel.SelectBandwidth;

internal static class SelectBandwidthRules
{
    public static void Check(SelectBandwidthRequest request)
    {
        var rules = new RequestRules();
        var shaped = rules.Samples("features", request.Features, minimumRows: 3) & rules.Samples("labels", request.Labels, minimumRows: 3);
        if (shaped)
        {
            rules.Rows("labels", request.Labels, request.Features.RowCount());
        }

        var rows = shaped ? request.Features.RowCount() : int.MaxValue;
        if (rules.Require(Enum.IsDefined(request.Function), "function", $"{(int)request.Function} is not a kernel function"))
        {
            var spec = new KernelSpec(request.Function.ToKind());
            rules.Require(spec.HasBandwidth, "function", $"{request.Function} has no bandwidth");
            rules.Require(!request.LocalLinear || spec.IsTranslationInvariant, "function", $"must be translation-invariant for local linear fits, is {request.Function}");
            if (shaped && request.Function == KernelFunction.KullbackLeibler)
            {
                rules.Distributions("features", request.Features);
            }
        }

        rules.Require(Enum.IsDefined(request.Criterion), "criterion", $"{(int)request.Criterion} is not a criterion");
        rules.Require(!request.HasFolds || (request.Folds >= 2 && request.Folds <= rows), "folds", $"must be between 2 and the number of rows {rows}, is {request.Folds}");
        switch (request.CandidatesCase)
        {
            case CandidatesCase.Range:
                rules.Positive("range.low", request.Range.Low);
                rules.Positive("range.high", request.Range.High);
                rules.Require(request.Range.High > request.Range.Low, "range.high", $"must be greater than low {request.Range.Low}, is {request.Range.High}");
                rules.InRange("range.count", request.Range.HasCount ? request.Range.Count : 30, 2, 1000);
                break;
            case CandidatesCase.List:
                rules.InRange("list.bandwidths", request.List.Bandwidths.Count, 1, 1000);
                rules.Ascending("list.bandwidths", request.List.Bandwidths);
                for (var i = 0; i < request.List.Bandwidths.Count; i++)
                {
                    rules.Positive($"list.bandwidths[{i}]", request.List.Bandwidths[i]);
                }

                break;
            case CandidatesCase.Neighbours:
                rules.Require(!request.LocalLinear, "local_linear", "neighbour bandwidths are for Nadaraya-Watson");
                rules.InRange("neighbours.counts", request.Neighbours.Counts.Count, 1, 1000);
                rules.Ascending("neighbours.counts", request.Neighbours.Counts);
                for (var i = 0; i < request.Neighbours.Counts.Count; i++)
                {
                    rules.InRange($"neighbours.counts[{i}]", request.Neighbours.Counts[i], 1, rows - 2);
                }

                break;
            default:
                break;
        }

        rules.ThrowIfBroken();
    }
}
