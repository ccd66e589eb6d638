namespace IclMesh.Kernel.Core.Theory;

/// <summary>One hidden Markov model that holds every task; tasks differ in their start state only.</summary>
/// <remarks>
/// Source: arXiv 2305.12766, section 3. A delimiter ends an example: the next state is a start state, the same task's with probability
/// 1 - <see cref="TaskSwitch"/>, any other task's otherwise. The emission rate of the delimiter is a constant that no posterior sees.
/// </remarks>
public sealed class HiddenMarkovModel
{
    private readonly double[] packedTransition;

    /// <summary>Checks and holds a model.</summary>
    /// <param name="transition">T(s, s') = P(s' | s), [S, S], rows sum to 1.</param>
    /// <param name="emission">B(s, o) = P(o | s), [S, O], rows sum to 1.</param>
    /// <param name="starts">Start state of each task, distinct.</param>
    /// <param name="taskSwitch">Probability that a delimiter changes the task, in [0, 1).</param>
    /// <exception cref="MeshException">A row is not a distribution, or a start state is out of range.</exception>
    public HiddenMarkovModel(DenseMatrix transition, DenseMatrix emission, int[] starts, double taskSwitch = 0)
    {
        ArgumentNullException.ThrowIfNull(transition);
        ArgumentNullException.ThrowIfNull(emission);
        ArgumentNullException.ThrowIfNull(starts);
        CheckStochastic(transition, "transition");
        CheckStochastic(emission, "emission");
        if (transition.Columns != transition.Rows || emission.Rows != transition.Rows)
        {
            throw MeshException.Invalid("emission", $"must have as many rows as the square transition matrix, {transition.Rows}, has {emission.Rows}");
        }

        if (starts.Length == 0 || starts.Distinct().Count() != starts.Length || starts.Any(s => s < 0 || s >= transition.Rows))
        {
            throw MeshException.Invalid("starts", $"must be one or more distinct states between 0 and {transition.Rows - 1}");
        }

        Transition = transition;
        Emission = emission;
        Starts = starts;
        TaskSwitch = taskSwitch;
        var transposed = transition.Transpose();
        packedTransition = new double[BlockedProduct.PackedLength<double>(States, States)];
        BlockedProduct.Pack<double>(transposed.Values, States, States, packedTransition);
    }

    /// <summary>T, [S, S].</summary>
    public DenseMatrix Transition { get; }

    /// <summary>B, [S, O].</summary>
    public DenseMatrix Emission { get; }

    /// <summary>Start state of each task.</summary>
    public int[] Starts { get; }

    /// <summary>Probability that a delimiter changes the task.</summary>
    public double TaskSwitch { get; }

    /// <summary>S.</summary>
    public int States => Transition.Rows;

    /// <summary>O.</summary>
    public int Observations => Emission.Columns;

    /// <summary>Number of tasks.</summary>
    public int Tasks => Starts.Length;

    /// <summary>A random model: rows of T and B are softmax of standard normals over a temperature; start states are drawn without replacement.</summary>
    /// <param name="random">Source of randomness.</param>
    /// <param name="states">S.</param>
    /// <param name="observations">O.</param>
    /// <param name="tasks">Number of tasks, S at most.</param>
    /// <param name="temperature">Low temperatures give nearly deterministic rows.</param>
    /// <param name="taskSwitch">Probability that a delimiter changes the task.</param>
    public static HiddenMarkovModel Draw(
        SeededRandom random, int states, int observations, int tasks, double temperature, double taskSwitch = 0)
    {
        ArgumentNullException.ThrowIfNull(random);
        var transition = DrawRows(random, states, states, temperature);
        var emission = DrawRows(random, states, observations, temperature);
        return new(transition, emission, random.Permutation(states)[..tasks], taskSwitch);
    }

    /// <summary>Draws x of a given length and y, from a task.</summary>
    /// <param name="random">Source of randomness.</param>
    /// <param name="task">Task.</param>
    /// <param name="length">Observations of x.</param>
    public Example Sample(SeededRandom random, int task, int length)
    {
        ArgumentNullException.ThrowIfNull(random);
        var state = Starts[task];
        var input = new int[length];
        for (var i = 0; i < length; i++)
        {
            input[i] = random.Choose(Emission.Row(state));
            state = random.Choose(Transition.Row(state));
        }

        return new(input, random.Choose(Emission.Row(state)));
    }

    /// <summary>T_x = Π diag(p_o) T, the operator of a sequence (H. Jaeger, 2000), row-major [S, S].</summary>
    /// <param name="input">x.</param>
    public double[] Operator(ReadOnlySpan<int> input)
    {
        var product = new double[States * States];
        var scaled = new double[States * States];
        for (var i = 0; i < input.Length; i++)
        {
            for (var s = 0; s < States; s++)
            {
                if (i == 0)
                {
                    TensorPrimitives.Multiply(Transition.Row(s), Emission[s, input[0]], product.AsSpan(s * States, States));
                    continue;
                }

                for (var t = 0; t < States; t++)
                {
                    scaled[(s * States) + t] = product[(s * States) + t] * Emission[t, input[i]];
                }
            }

            if (i > 0)
            {
                BlockedProduct.Multiply<double>(scaled, States, States, packedTransition, States, product, States);
            }
        }

        return product;
    }

    /// <summary>log P(x | start) and the distribution of the state after x, by the scaled forward algorithm.</summary>
    /// <param name="start">Distribution of the first state, [S].</param>
    /// <param name="input">x.</param>
    public (double LogLikelihood, double[] State) Forward(double[] start, ReadOnlySpan<int> input)
    {
        ArgumentNullException.ThrowIfNull(start);
        var state = (double[])start.Clone();
        var log = 0.0;
        foreach (var observation in input)
        {
            var next = new double[States];
            for (var s = 0; s < States; s++)
            {
                var mass = state[s] * Emission[s, observation];
                if (mass > 0)
                {
                    TensorPrimitives.MultiplyAdd(Transition.Row(s), mass, next, next);
                }
            }

            var total = TensorPrimitives.Sum<double>(next);
            if (total == 0)
            {
                return (double.NegativeInfinity, state);
            }

            log += Math.Log(total);
            TensorPrimitives.Divide(next, total, next);
            state = next;
        }

        return (log, state);
    }

    /// <summary>P(y) for the state after x, [O].</summary>
    /// <param name="state">Distribution of the state, [S].</param>
    public double[] Emit(ReadOnlySpan<double> state)
    {
        var outputs = new double[Observations];
        for (var s = 0; s < States; s++)
        {
            if (state[s] > 0)
            {
                TensorPrimitives.MultiplyAdd(Emission.Row(s), state[s], outputs, outputs);
            }
        }

        return outputs;
    }

    /// <summary>Distribution that starts in one task.</summary>
    /// <param name="task">Task.</param>
    public double[] StartOf(int task)
    {
        var start = new double[States];
        start[Starts[task]] = 1;
        return start;
    }

    private static DenseMatrix DrawRows(SeededRandom random, int rows, int columns, double temperature)
    {
        var matrix = new DenseMatrix(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            var row = matrix.Row(i);
            for (var j = 0; j < columns; j++)
            {
                row[j] = random.Normal() / temperature;
            }

            TensorPrimitives.Subtract(row, TensorPrimitives.Max<double>(row), row);
            TensorPrimitives.SoftMax<double>(row, row);
        }

        return matrix;
    }

    private static void CheckStochastic(DenseMatrix matrix, string field)
    {
        for (var i = 0; i < matrix.Rows; i++)
        {
            var row = matrix.Row(i);
            var sum = TensorPrimitives.Sum<double>(row);
            if (!(TensorPrimitives.Min<double>(row) >= 0) || !(Math.Abs(sum - 1) <= 1e-9))
            {
                throw MeshException.Invalid(field, $"row {i} must hold values of 0 or more that sum to 1, sums to {sum}");
            }
        }
    }
}
