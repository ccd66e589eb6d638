using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.RunTable3;

internal static class RunTable3Rules
{
    /// <summary>Fills in the reference setting and checks every range.</summary>
    public static Table3Settings Check(RunTable3Request request)
    {
        var reference = Table3Settings.Reference(request.Seed);
        var settings = reference with
        {
            Models = request.HasModels ? request.Models : reference.Models,
            Prompts = request.HasPrompts ? request.Prompts : reference.Prompts,
            States = request.HasStates ? request.States : reference.States,
            Observations = request.HasObservations ? request.Observations : reference.Observations,
            Tasks = request.HasTasks ? request.Tasks : reference.Tasks,
            Temperature = request.HasTemperature ? request.Temperature : reference.Temperature,
            Length = request.HasLength ? request.Length : reference.Length,
            Samples = request.HasSamples ? request.Samples : reference.Samples,
            TaskSwitch = request.HasTaskSwitch ? request.TaskSwitch : reference.TaskSwitch,
            Counts = request.Counts.Count == 0 ? reference.Counts : [.. request.Counts],
            Kernel = ToKernel(request.Kernel ?? new()),
        };
        var rules = new RequestRules();
        rules.InRange("models", settings.Models, 1, 1000);
        rules.InRange("prompts", settings.Prompts, 1, 10_000);
        rules.InRange("states", settings.States, 2, 200);
        rules.InRange("observations", settings.Observations, 2, 1000);
        rules.InRange("tasks", settings.Tasks, 1, Math.Max(1, settings.States));
        rules.Temperature("temperature", settings.Temperature);
        rules.InRange("length", settings.Length, 2, 100);
        rules.InRange("samples", settings.Samples, 2, 10_000);
        rules.Require(settings.TaskSwitch is >= 0 and < 1, "task_switch", $"must lie in [0, 1), is {settings.TaskSwitch}");
        rules.Ascending("counts", settings.Counts);
        for (var i = 0; i < settings.Counts.Length; i++)
        {
            rules.InRange($"counts[{i}]", settings.Counts[i], 1, 10_000);
        }

        rules.Require(settings.Kernel.CutOff is >= 0 and < 1, "kernel.cut_off", $"must lie in [0, 1), is {settings.Kernel.CutOff}");
        rules.NotNegative("kernel.ridge", settings.Kernel.Ridge);
        rules.ThrowIfBroken();
        return settings;
    }

    private static Core.Theory.OperatorKernelOptions ToKernel(V1.OperatorKernelOptions kernel) => new(
        kernel.NormaliseFeatures,
        kernel.HasCutOff ? kernel.CutOff : 1e-12,
        kernel.HasRidge ? kernel.Ridge : 1e-6,
        !kernel.KeepNegative,
        !kernel.Unnormalised);
}
