using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

/// <summary>Rules and mapping of hidden Markov models, given or random, that are small enough to enumerate.</summary>
internal static class ModelSpecRules
{
    /// <summary>The model's shape is in range; answers its states and observations.</summary>
    public static (int States, int Observations) Model(this RequestRules rules, ModelSpec? spec)
    {
        spec ??= new();
        if (spec.Transition is not null || spec.Emission is not null || spec.Starts.Count > 0)
        {
            if (rules.Require(spec.Transition is not null, "model.transition", "is required beside emission and starts")
                & rules.Require(spec.Emission is not null, "model.emission", "is required beside transition and starts"))
            {
                rules.Doubles("model.transition", spec.Transition!);
                rules.Doubles("model.emission", spec.Emission!);
                rules.InRange("model.transition.rows", spec.Transition!.Rows, 2, 200);
            }

            rules.Require(spec.Starts.Count > 0, "model.starts", "must hold one state or more, has 0");
            return (spec.Transition?.Rows ?? 2, spec.Emission?.Columns ?? 2);
        }

        var states = spec.HasStates ? spec.States : 6;
        var observations = spec.HasObservations ? spec.Observations : 5;
        rules.InRange("model.states", states, 2, 200);
        rules.InRange("model.observations", observations, 2, 1000);
        rules.InRange("model.tasks", spec.HasTasks ? spec.Tasks : Math.Min(3, states), 1, Math.Max(1, states));
        rules.Temperature("model.temperature", spec.HasTemperature ? spec.Temperature : 1);
        return (states, observations);
    }

    /// <summary>Beyond these temperatures rows of a random model are deterministic or uniform to the last digit.</summary>
    public static void Temperature(this RequestRules rules, string field, double value) =>
        rules.Require(value is >= 1e-3 and <= 1e3, field, $"must be between 0.001 and 1000, is {value}");

    /// <summary>Admits the enumeration of every input of a length.</summary>
    public static void AdmitEnumeration(this WorkLimits limits, int states, int observations, int length)
    {
        var inputs = Math.Pow(observations, length);
        var features = (double)states * states;
        limits.Admit((inputs * features * ((4 * features) + (states * length))) + (20 * features * features * features), 40 * inputs * (features + observations));
    }

    public static HiddenMarkovModel ToModel(this ModelSpec? spec, ulong seed)
    {
        spec ??= new();
        if (spec.Transition is not null)
        {
            return new(spec.Transition.ToDense(), spec.Emission.ToDense(), [.. spec.Starts]);
        }

        var states = spec.HasStates ? spec.States : 6;
        return HiddenMarkovModel.Draw(
            new SeededRandom(seed),
            states,
            spec.HasObservations ? spec.Observations : 5,
            spec.HasTasks ? spec.Tasks : Math.Min(3, states),
            spec.HasTemperature ? spec.Temperature : 1);
    }
}
