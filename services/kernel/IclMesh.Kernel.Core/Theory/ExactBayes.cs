namespace IclMesh.Kernel.Core.Theory;

/// <summary>The Bayesian posterior P(Y | prompt), exact, by the forward algorithm over task and state in log space.</summary>
/// <remarks>
/// Between delimiters the task is fixed, so the joint forward vector is one state distribution and one log-weight per task; a delimiter mixes the
/// log-weights of tasks by the switch probability.
/// </remarks>
public sealed class ExactBayes
{
    private readonly HiddenMarkovModel model;
    private readonly double[] logWeights;

    /// <summary>Starts with no demonstration and a uniform prior over tasks.</summary>
    /// <param name="model">The model.</param>
    public ExactBayes(HiddenMarkovModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        logWeights = new double[model.Tasks];
        Array.Fill(logWeights, -Math.Log(model.Tasks));
    }

    /// <summary>log P(task | demonstrations), [tasks].</summary>
    public ReadOnlySpan<double> LogWeights => logWeights;

    /// <summary>Takes a demonstration and its delimiter in.</summary>
    /// <param name="example">The demonstration.</param>
    public void Observe(Example example)
    {
        ArgumentNullException.ThrowIfNull(example);
        for (var task = 0; task < logWeights.Length; task++)
        {
            var (log, state) = model.Forward(model.StartOf(task), example.Input);
            var output = 0.0;
            for (var s = 0; s < state.Length; s++)
            {
                output += state[s] * model.Emission[s, example.Output];
            }

            logWeights[task] += double.IsNegativeInfinity(log) || output == 0 ? double.NegativeInfinity : log + Math.Log(output);
        }

        Switch();
        Normalise(logWeights);
    }

    /// <summary>P(Y | demonstrations, x), [O].</summary>
    /// <param name="input">x.</param>
    public double[] Predict(ReadOnlySpan<int> input)
    {
        var weights = (double[])logWeights.Clone();
        var states = new double[model.Tasks][];
        for (var task = 0; task < weights.Length; task++)
        {
            var (log, state) = model.Forward(model.StartOf(task), input);
            weights[task] += log;
            states[task] = state;
        }

        Normalise(weights);
        var outputs = new double[model.Observations];
        for (var task = 0; task < weights.Length; task++)
        {
            if (!double.IsNegativeInfinity(weights[task]))
            {
                TensorPrimitives.MultiplyAdd(model.Emit(states[task]), Math.Exp(weights[task]), outputs, outputs);
            }
        }

        return outputs;
    }

    private static void Normalise(double[] logs)
    {
        var largest = TensorPrimitives.Max<double>(logs);
        if (double.IsNegativeInfinity(largest))
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.RequestInvalid, "no task of this model can produce a prompt that was drawn: its probabilities underflow");
        }

        var sum = 0.0;
        foreach (var log in logs)
        {
            sum += Math.Exp(log - largest);
        }

        TensorPrimitives.Subtract(logs, largest + Math.Log(sum), logs);
    }

    private void Switch()
    {
        if (model.TaskSwitch == 0 || model.Tasks == 1)
        {
            return;
        }

        var largest = TensorPrimitives.Max<double>(logWeights);
        var weights = Array.ConvertAll(logWeights, log => Math.Exp(log - largest));
        var total = TensorPrimitives.Sum<double>(weights);
        var other = model.TaskSwitch / (model.Tasks - 1);
        for (var task = 0; task < weights.Length; task++)
        {
            logWeights[task] = largest + Math.Log(((1 - model.TaskSwitch) * weights[task]) + (other * (total - weights[task])));
        }
    }
}
