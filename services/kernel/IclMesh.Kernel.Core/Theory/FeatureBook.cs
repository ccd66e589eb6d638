using System.Runtime.InteropServices;

namespace IclMesh.Kernel.Core.Theory;

/// <summary>Features of the distinct inputs that an experiment met, each computed once.</summary>
/// <param name="model">The model.</param>
/// <param name="normalise">Divide by P(x | p_pre).</param>
internal sealed class FeatureBook(HiddenMarkovModel model, bool normalise)
{
    private readonly Dictionary<string, int> rows = [];
    private readonly List<int[]> inputs = [];

    public int Count => inputs.Count;

    /// <summary>Row of an input, new or known.</summary>
    public int Add(int[] input)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(input));
        if (!rows.TryGetValue(key, out var row))
        {
            rows[key] = row = inputs.Count;
            inputs.Add(input);
        }

        return row;
    }

    /// <summary>φ of rows start …, [count, S²].</summary>
    public DenseMatrix Features(int start, int count, CancellationToken cancellationToken)
    {
        var features = new DenseMatrix(count, model.States * model.States);
        Blocks.ForEach(count, i =>
        {
            var target = features.Row(i);
            model.Operator(inputs[start + i]).CopyTo(target);
            if (normalise)
            {
                TensorPrimitives.Divide(target, Probability(target), target);
            }
        }, cancellationToken);
        return features;
    }

    /// <summary>P(x | p_pre) from an operator: mean over tasks of a start row's sum.</summary>
    private double Probability(ReadOnlySpan<double> operation)
    {
        var sum = 0.0;
        foreach (var start in model.Starts)
        {
            sum += TensorPrimitives.Sum(operation.Slice(start * model.States, model.States));
        }

        return sum / model.Tasks;
    }
}
