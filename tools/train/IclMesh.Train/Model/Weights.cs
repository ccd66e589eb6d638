using TorchSharp;
using TorchSharp.Modules;

namespace IclMesh.Train.Model;

/// <summary>The named parameters of a model, as they are called in its safetensors file.</summary>
internal sealed class Weights
{
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Parameter> All => parameters;

    public Parameter this[string name] => parameters[name];

    /// <summary>Adds a parameter drawn from N(0, <paramref name="deviation"/>).</summary>
    public Parameter Normal(string name, double deviation, params long[] shape) => Add(name, torch.randn(shape) * deviation);

    /// <summary>Adds a parameter of equal values.</summary>
    public Parameter Constant(string name, float value, params long[] shape) => Add(name, torch.full(shape, value));

    /// <summary>Adds a parameter with given values.</summary>
    public Parameter Add(string name, torch.Tensor values)
    {
        var parameter = torch.nn.Parameter(values.detach().clone());
        parameter.DetachFromDisposeScope();
        return parameters[name] = parameter;
    }

    /// <summary>Replaces values by those of a checkpoint; every parameter must be there.</summary>
    public void Restore(IReadOnlyDictionary<string, torch.Tensor> state)
    {
        using var gradients = torch.no_grad();
        foreach (var (name, parameter) in parameters)
            parameter.copy_(state[name]);
    }

    /// <summary>Copies of all values.</summary>
    public Dictionary<string, torch.Tensor> Snapshot()
    {
        using var gradients = torch.no_grad();
        return parameters.ToDictionary(x => x.Key, x => x.Value.detach().clone().DetachFromDisposeScope());
    }
}
