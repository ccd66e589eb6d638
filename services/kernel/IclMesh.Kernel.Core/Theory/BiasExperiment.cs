namespace IclMesh.Kernel.Core.Theory;

/// <summary>Measures the first term of theorem 1.</summary>
public static class BiasExperiment
{
    /// <summary>Runs over mixtures. Both second moments get the same ridge, a share of Σ_θ's largest eigenvalue: without one, ε_θ of singular Σ is infinite.</summary>
    /// <param name="model">A small model.</param>
    /// <param name="length">Observations of an input.</param>
    /// <param name="task">The task θ.</param>
    /// <param name="weights">Weights of the task in the mixture, in (0, 1]; the other tasks share the rest.</param>
    /// <param name="ridge">Relative ridge, greater than 0.</param>
    /// <param name="cancellationToken">Checked once a weight.</param>
    public static IReadOnlyList<BiasRow> Run(
        HiddenMarkovModel model, int length, int task, double[] weights, double ridge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        var all = new EnumeratedModel(model, length);
        var only = new double[model.Tasks];
        only[task] = 1;
        var eta = 0.0;
        for (var i = 0; i < all.Operators.Rows; i++)
        {
            eta = Math.Max(eta, TensorPrimitives.Norm<double>(all.Operators.Row(i)));
        }

        var own = SecondMoment(all, only);
        var absolute = ridge * SymmetricEigen.Decompose(own, cancellationToken).Values[0];
        var ownInverse = Inverse(own, absolute, cancellationToken);
        var moments = BlockedProduct.MultiplyTransposed(all.Joint[task].Transpose(), all.Operators.Transpose(), cancellationToken);
        return [.. weights.Select(weight =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mixture = new double[model.Tasks];
            Array.Fill(mixture, model.Tasks == 1 ? 0 : (1 - weight) / (model.Tasks - 1));
            mixture[task] = weight;
            var difference = Inverse(SecondMoment(all, mixture), absolute, cancellationToken);
            TensorPrimitives.Subtract(difference.Values, ownInverse.Values, difference.Values);
            var spectrum = SymmetricEigen.Decompose(difference, cancellationToken).Values;
            var epsilon = Math.Max(Math.Abs(spectrum[0]), Math.Abs(spectrum[^1]));
            var shifted = BlockedProduct.MultiplyTransposed(moments, difference, cancellationToken);
            var biases = BlockedProduct.MultiplyTransposed(all.Operators, shifted, cancellationToken);
            return new BiasRow(weight, epsilon, eta, eta * eta * epsilon, Math.Abs(TensorPrimitives.MaxMagnitude<double>(biases.Values)));
        })];
    }

    private static DenseMatrix SecondMoment(EnumeratedModel all, double[] mixture)
    {
        var probabilities = all.Probabilities(mixture);
        var scaled = new DenseMatrix((double[])all.Operators.Values.Clone(), all.Operators.Rows, all.Operators.Columns);
        for (var i = 0; i < scaled.Rows; i++)
        {
            TensorPrimitives.Multiply(scaled.Row(i), Math.Sqrt(probabilities[i]), scaled.Row(i));
        }

        var columns = scaled.Transpose();
        return BlockedProduct.MultiplyTransposed(columns, columns);
    }

    private static DenseMatrix Inverse(DenseMatrix moment, double ridge, CancellationToken cancellationToken)
    {
        for (var i = 0; i < moment.Rows; i++)
        {
            moment[i, i] += ridge;
        }

        return CholeskyFactor.Create(moment, cancellationToken).Inverse(cancellationToken);
    }
}
