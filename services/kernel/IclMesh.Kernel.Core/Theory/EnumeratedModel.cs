namespace IclMesh.Kernel.Core.Theory;

/// <summary>A small model with every input of one length written out, for exact expectations.</summary>
internal sealed class EnumeratedModel
{
    public EnumeratedModel(HiddenMarkovModel model, int length)
    {
        Model = model;
        var count = (int)Math.Pow(model.Observations, length);
        Operators = new(count, model.States * model.States);
        Joint = new DenseMatrix[model.Tasks];
        for (var task = 0; task < model.Tasks; task++)
        {
            Joint[task] = new(count, model.Observations);
        }

        Inputs = new int[count][];
        for (var i = 0; i < count; i++)
        {
            var rest = i;
            Inputs[i] = new int[length];
            for (var t = 0; t < length; t++)
            {
                Inputs[i][t] = rest % model.Observations;
                rest /= model.Observations;
            }

            model.Operator(Inputs[i]).CopyTo(Operators.Row(i));
            for (var task = 0; task < model.Tasks; task++)
            {
                model.Emit(Operators.Row(i).Slice(model.Starts[task] * model.States, model.States)).CopyTo(Joint[task].Row(i));
            }
        }
    }

    public HiddenMarkovModel Model { get; }

    public int[][] Inputs { get; }

    /// <summary>vec(T_x), [inputs, S²].</summary>
    public DenseMatrix Operators { get; }

    /// <summary>P(x, y | task), [inputs, O] per task.</summary>
    public DenseMatrix[] Joint { get; }

    /// <summary>P(x | task mixture), [inputs].</summary>
    public double[] Probabilities(ReadOnlySpan<double> taskWeights)
    {
        var probabilities = new double[Inputs.Length];
        for (var i = 0; i < probabilities.Length; i++)
        {
            for (var task = 0; task < taskWeights.Length; task++)
            {
                probabilities[i] += taskWeights[task] * TensorPrimitives.Sum<double>(Joint[task].Row(i));
            }
        }

        return probabilities;
    }

    /// <summary>vec(T_x) / P(x), [inputs, S²].</summary>
    public DenseMatrix Normalised(double[] probabilities)
    {
        var features = new DenseMatrix((double[])Operators.Values.Clone(), Operators.Rows, Operators.Columns);
        for (var i = 0; i < features.Rows; i++)
        {
            TensorPrimitives.Divide(features.Row(i), probabilities[i], features.Row(i));
        }

        return features;
    }
}
