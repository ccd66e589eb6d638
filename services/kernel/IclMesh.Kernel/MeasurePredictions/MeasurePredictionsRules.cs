using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.MeasurePredictions;

internal static class MeasurePredictionsRules
{
    /// <summary>Checks a request before its matrix is copied.</summary>
    /// <returns>The label distributions.</returns>
    public static DenseMatrix Check(MeasurePredictionsRequest request, WorkLimits limits)
    {
        var rules = new RequestRules();
        var matrix = request.Probabilities ?? new();
        rules.Doubles("probabilities", matrix, minimumRows: 1, minimumColumns: 2);
        rules.ThrowIfBroken();
        limits.Admit(10.0 * matrix.Rows * matrix.Columns, (16.0 * matrix.Rows * matrix.Columns) + (8.0 * matrix.Columns * matrix.Columns));
        rules.Labels("gold", request.Gold, matrix.Rows, matrix.Columns);
        if (request.Baseline.Count > 0)
        {
            rules.Labels("baseline", request.Baseline, matrix.Rows, matrix.Columns);
        }

        var dense = matrix.ToDense();
        rules.Distributions("probabilities", dense);
        rules.ThrowIfBroken();
        return dense;
    }
}
