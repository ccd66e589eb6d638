using IclMesh.Kernel.Core.Estimators;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;
using DataCase = IclMesh.Kernel.V1.RunRegressionRequest.DataOneofCase;
using EstimatorCase = IclMesh.Kernel.V1.RunRegressionRequest.EstimatorOneofCase;

namespace IclMesh.Kernel.RunRegression;

internal sealed class RunRegressionHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public RunRegressionResponse Handle(RunRegressionRequest request, CancellationToken cancellationToken)
    {
        RunRegressionRules.Check(request);
        Admit(request);
        return Regression.Run(request.ToProblem(options.Value.DefaultBandwidth), request.ToOutputs(), cancellationToken).ToResponse();
    }

    private void Admit(RunRegressionRequest request)
    {
        var isFeatures = request.DataCase == DataCase.FeatureData;
        double demonstrations = request.Labels.RowCount();
        double classes = request.Labels.ColumnCount();
        double queries = isFeatures ? request.FeatureData.Queries.RowCount() : request.PrecomputedData.Queries.RowCount();
        double columns = isFeatures ? request.FeatureData.Features.ColumnCount() : 1;

        // Everything with residuals looks at all pairs of demonstrations and keeps them.
        var residuals = request.StandardErrors || request.Leverages || request.LeaveOneOut || request.WildBootstrap is not null;
        var holdsPairs = residuals || request.Influence || request.EstimatorCase is EstimatorCase.KernelRidge or EstimatorCase.LocalLinear;
        var rows = queries + (residuals || request.EstimatorCase == EstimatorCase.KernelRidge ? 2 * demonstrations : 0);
        var work = rows * demonstrations * (columns + classes);
        var bytes = 8 * ((demonstrations + queries) * (columns + (4 * classes)));
        if (request.EstimatorCase == EstimatorCase.KernelRidge)
        {
            work += demonstrations * demonstrations * (demonstrations + queries);
        }
        else if (request.EstimatorCase == EstimatorCase.LocalLinear)
        {
            work += rows * (columns + 1) * (columns + 1) * (demonstrations + (10 * (columns + 1)));
            bytes += 8 * demonstrations * (columns + 1) * Environment.ProcessorCount;
        }

        if (holdsPairs)
        {
            bytes += 24 * rows * demonstrations;
        }

        if (request.Influence)
        {
            work += queries * demonstrations * (classes + (request.EstimatorCase == EstimatorCase.KernelRidge ? demonstrations : 0));
            bytes += 8 * queries * demonstrations * classes;
        }

        if (request.WildBootstrap is { } bootstrap)
        {
            work += classes * bootstrap.Replicates * demonstrations * (queries + 1);
            bytes += 16 * (double)bootstrap.Replicates * (demonstrations + queries);
        }

        limits.Admit(work, bytes);
    }
}
