using TorchSharp;
using TorchSharp.Modules;

namespace IclMesh.Train.Training;

/// <summary>Adam with decoupled weight decay and gradient clipping, over named parameters, with a state that checkpoints can hold.</summary>
/// <remarks>Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019.</remarks>
internal sealed class Adam
{
    private const float Epsilon = 1e-8f;
    private readonly List<Slot> slots = [];

    public float Beta1 { get; init; } = 0.9f;

    public float Beta2 { get; init; } = 0.98f;

    /// <summary>Greatest norm of all gradients together.</summary>
    public double Clip { get; init; } = 1.0;

    /// <summary>Number of steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>Adds a parameter with its own rate factor and decay.</summary>
    public void Add(string name, Parameter parameter, double rateFactor = 1, double decay = 0) =>
        slots.Add(new(name, parameter, torch.zeros_like(parameter).detach(), torch.zeros_like(parameter).detach(), rateFactor, decay));

    /// <summary>Applies the gradients and clears them.</summary>
    public void Step(double rate)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        Steps++;
        var live = slots.Where(s => s.Parameter.grad is not null).ToList();
        var norm = Math.Sqrt(live.Sum(s => s.Parameter.grad!.square().sum().ToDouble()));
        var scale = norm > Clip ? Clip / (norm + 1e-6) : 1;
        var (first, second) = (1 - Math.Pow(Beta1, Steps), Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
        foreach (var slot in live)
        {
            var gradient = slot.Parameter.grad!;
            if (scale < 1)
                gradient.mul_(scale);
            slot.Mean.mul_(Beta1).add_(gradient, 1 - Beta1);
            slot.Square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var step = rate * slot.RateFactor;
            if (slot.Decay > 0)
                slot.Parameter.mul_(1 - (step * slot.Decay));
            slot.Parameter.addcdiv_(slot.Mean, slot.Square.sqrt().div_(second).add_(Epsilon), -step / first);
            gradient.zero_();
        }
    }

    /// <summary>The moments by name, for a checkpoint.</summary>
    public IEnumerable<KeyValuePair<string, torch.Tensor>> State() =>
        slots.SelectMany(s => (KeyValuePair<string, torch.Tensor>[])[new("adam.mean." + s.Name, s.Mean), new("adam.square." + s.Name, s.Square)]);

    /// <summary>Takes the moments back from a checkpoint.</summary>
    public void Restore(IReadOnlyDictionary<string, torch.Tensor> state)
    {
        using var gradients = torch.no_grad();
        foreach (var slot in slots)
        {
            slot.Mean.copy_(state["adam.mean." + slot.Name]);
            slot.Square.copy_(state["adam.square." + slot.Name]);
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, torch.Tensor Mean, torch.Tensor Square, double RateFactor, double Decay);
}
