using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.MeasureBias;

internal sealed class MeasureBiasHandler(WorkLimits limits)
{
    private static readonly double[] DefaultWeights = [0.05, 0.1, 0.2, 0.5, 0.8, 0.95, 1];

    public MeasureBiasResponse Handle(MeasureBiasRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var (states, observations) = rules.Model(request.Model);
        var length = request.HasLength ? request.Length : 3;
        var ridge = request.HasRidge ? request.Ridge : 1e-6;
        var weights = request.TaskWeights.Count == 0 ? DefaultWeights : [.. request.TaskWeights];
        rules.InRange("length", length, 1, 12);
        rules.Positive("ridge", ridge);
        rules.InRange("task_weights", weights.Length, 1, 1000);
        for (var i = 0; i < weights.Length; i++)
        {
            rules.Require(weights[i] is > 0 and <= 1, $"task_weights[{i}]", $"must lie in (0, 1], is {weights[i]}");
        }

        rules.ThrowIfBroken();
        limits.AdmitEnumeration(states, observations, length);
        limits.Check(weights.Length * Math.Pow(states, 6) * 12, 0);
        var model = request.Model.ToModel(request.Seed);
        if (request.Task < 0 || request.Task >= model.Tasks)
        {
            throw MeshException.Invalid("task", $"must be between 0 and {model.Tasks - 1}, is {request.Task}");
        }

        var response = new MeasureBiasResponse();
        response.Rows.AddRange(BiasExperiment.Run(model, length, request.Task, weights, ridge, cancellationToken).Select(row => new V1.BiasRow
        {
            TaskWeight = row.TaskWeight,
            Epsilon = row.Epsilon,
            Eta = row.Eta,
            Bound = row.Bound,
            Bias = row.Bias,
        }));
        return response;
    }
}
