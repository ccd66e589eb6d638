using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.PredictLabels;

internal static class PredictLabelsRules
{
    public static void Check(PredictLabelsRequest request)
    {
        var rules = new RequestRules();
        var labelled = rules.Matrix("labels", request.Labels);
        switch (request.KernelCase)
        {
            case PredictLabelsRequest.KernelOneofCase.FeatureKernel:
                CheckFeatures(rules, request.FeatureKernel, labelled ? request.Labels.Rows : null);
                break;
            case PredictLabelsRequest.KernelOneofCase.Precomputed:
                if (rules.Matrix("precomputed", request.Precomputed) && labelled)
                {
                    rules.Require(
                        request.Precomputed.Columns == request.Labels.Rows,
                        "precomputed.columns",
                        $"must be the number of labels {request.Labels.Rows}, is {request.Precomputed.Columns}");
                    rules.NonNegative("precomputed.values", request.Precomputed.Span());
                }

                break;
            default:
                rules.Require(false, "kernel", "feature_kernel or precomputed is required");
                break;
        }

        rules.ThrowIfBroken();
    }

    private static void CheckFeatures(RequestRules rules, FeatureKernel kernel, int? labels)
    {
        if (rules.Matrix("feature_kernel.features", kernel.Features) && rules.Matrix("feature_kernel.queries", kernel.Queries))
        {
            rules.Require(
                kernel.Queries.Columns == kernel.Features.Columns,
                "feature_kernel.queries.columns",
                $"must be that of the features {kernel.Features.Columns}, is {kernel.Queries.Columns}");
            rules.Require(
                labels is null || kernel.Features.Rows == labels,
                "feature_kernel.features.rows",
                $"must be the number of labels {labels}, is {kernel.Features.Rows}");
        }

        rules.Require(Enum.IsDefined(kernel.Function), "feature_kernel.function", $"{(int)kernel.Function} is not a kernel function");
        if (kernel.HasBandwidth)
        {
            rules.Positive("feature_kernel.bandwidth", kernel.Bandwidth);
        }

        if (kernel.HasDegree)
        {
            rules.InRange("feature_kernel.degree", kernel.Degree, 1, 100);
        }

        if (kernel.HasOffset)
        {
            rules.Require(double.IsFinite(kernel.Offset), "feature_kernel.offset", $"must be finite, is {kernel.Offset}");
        }

        if (kernel.Function == KernelFunction.KullbackLeibler && rules.Passed)
        {
            rules.Distributions("feature_kernel.features", new Samples { Fp32 = kernel.Features });
            rules.Distributions("feature_kernel.queries", new Samples { Fp32 = kernel.Queries });
        }
    }
}
