namespace IclMesh.Kernel.Core.Theory;

/// <summary>The exact identity behind theorem 1, by enumeration of every input of a small model.</summary>
/// <param name="JointError">max | E_θ[e(y) K(x, x')] - P(x', Y | θ) / P(x' | p_pre) |.</param>
/// <param name="MassError">max | E_θ[K(x, x')] - P(x' | θ) / P(x' | p_pre) |.</param>
/// <param name="PredictorError">max over θ of the mean over x' ~ θ of the L1 distance between the normalised predictor and P(Y | x', θ).</param>
/// <param name="RawFeaturesError">The same, mean over θ, when raw vec(T_x) is used instead: the size of what normalisation repairs.</param>
/// <param name="Rank">Rank of Σ.</param>
/// <param name="Inputs">Inputs enumerated.</param>
public sealed record IdentityCheck(
    double JointError, double MassError, double PredictorError, double RawFeaturesError, int Rank, int Inputs)
{
    /// <summary>Largest of the three errors that are 0 in exact arithmetic.</summary>
    public double Largest => Math.Max(JointError, Math.Max(MassError, PredictorError));

    /// <summary>Enumerates and compares.</summary>
    /// <param name="model">A small model: O^length inputs are written out.</param>
    /// <param name="length">Observations of an input.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static IdentityCheck Run(HiddenMarkovModel model, int length, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var all = new EnumeratedModel(model, length);
        var uniform = new double[model.Tasks];
        Array.Fill(uniform, 1.0 / model.Tasks);
        var prior = all.Probabilities(uniform);
        var (normalised, rank) = Coordinates(all.Normalised(prior), prior, cancellationToken);
        var (raw, _) = Coordinates(all.Operators, prior, cancellationToken);

        double joint = 0, mass = 0, predictor = 0, rawSum = 0;
        for (var task = 0; task < model.Tasks; task++)
        {
            // E[e(y) c(x)] once, then one product with every c(x').
            var expected = BlockedProduct.MultiplyTransposed(normalised, Moments(all.Joint[task], normalised), cancellationToken);
            var plain = BlockedProduct.MultiplyTransposed(raw, Moments(all.Joint[task], raw), cancellationToken);
            var taskError = 0.0;
            for (var i = 0; i < prior.Length; i++)
            {
                var truth = all.Joint[task].Row(i);
                var likelihood = TensorPrimitives.Sum<double>(truth);
                var total = TensorPrimitives.Sum<double>(expected.Row(i));
                var rawTotal = TensorPrimitives.Sum<double>(plain.Row(i));
                mass = Math.Max(mass, Math.Abs(total - (likelihood / prior[i])));
                var distance = 0.0;
                for (var y = 0; y < truth.Length; y++)
                {
                    joint = Math.Max(joint, Math.Abs(expected[i, y] - (truth[y] / prior[i])));
                    distance += Math.Abs((expected[i, y] / total) - (truth[y] / likelihood));
                    rawSum += likelihood * Math.Abs((plain[i, y] / rawTotal) - (truth[y] / likelihood));
                }

                taskError += likelihood * distance;
            }

            predictor = Math.Max(predictor, taskError);
        }

        return new(joint, mass, predictor, rawSum / model.Tasks, rank, prior.Length);
    }

    private static (DenseMatrix Coordinates, int Rank) Coordinates(DenseMatrix features, double[] weights, CancellationToken cancellationToken)
    {
        // No ridge: the identity is about the pseudo-inverse itself.
        var kernel = OperatorKernel.Create(features, weights, new(CutOff: 1e-24, Ridge: 0), cancellationToken);
        return (kernel.Coordinates(features), kernel.Rank);
    }

    /// <summary>Σ_x P(x, y | θ) c(x), [O, rank].</summary>
    private static DenseMatrix Moments(DenseMatrix joint, DenseMatrix coordinates) =>
        BlockedProduct.MultiplyTransposed(joint.Transpose(), coordinates.Transpose());
}
