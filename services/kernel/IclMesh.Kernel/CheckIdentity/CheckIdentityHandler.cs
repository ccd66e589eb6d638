using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.CheckIdentity;

internal sealed class CheckIdentityHandler(WorkLimits limits)
{
    public CheckIdentityResponse Handle(CheckIdentityRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var (states, observations) = rules.Model(request.Model);
        var length = request.HasLength ? request.Length : 3;
        rules.InRange("length", length, 1, 12);
        rules.ThrowIfBroken();
        limits.AdmitEnumeration(states, observations, length);

        var check = IdentityCheck.Run(request.Model.ToModel(request.Seed), length, cancellationToken);
        return new()
        {
            LargestError = check.Largest,
            JointError = check.JointError,
            MassError = check.MassError,
            PredictorError = check.PredictorError,
            RawFeaturesError = check.RawFeaturesError,
            Rank = check.Rank,
            Inputs = check.Inputs,
        };
    }
}
