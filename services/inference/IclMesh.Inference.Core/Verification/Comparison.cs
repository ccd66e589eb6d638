namespace IclMesh.Inference.Core.Verification;

/// <summary>Collects the largest difference of one quantity.</summary>
/// <param name="source">File or folder of the expected values.</param>
/// <param name="quantity">What is compared.</param>
/// <param name="tolerance">Largest difference allowed.</param>
internal sealed class Comparison(string source, string quantity, double tolerance)
{
    private long compared;
    private double largest;
    private string worst = "";

    /// <summary>What was found so far.</summary>
    public VerificationCheck Check => new(source, quantity, compared, largest, tolerance, worst);

    /// <summary>Compares numbers.</summary>
    /// <param name="expected">Expected values.</param>
    /// <param name="actual">Values of this build, as many.</param>
    /// <param name="place">Where they come from.</param>
    /// <param name="scale">Differences are divided by this.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string place, double scale = 1)
    {
        if (expected.Length != actual.Length)
        {
            Add(double.PositiveInfinity, $"{place}: {actual.Length} values, expected {expected.Length}");
            return;
        }

        for (var index = 0; index < expected.Length; index++)
        {
            Note(Math.Abs((double)expected[index] - actual[index]) / scale, place);
        }
    }

    /// <summary>Compares a vector relative to its largest component: residual streams span four orders of magnitude.</summary>
    public void AddRelative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string place) =>
        Add(expected, actual, place, Math.Max(1, System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(expected) is var m ? Math.Abs(m) : 1));

    /// <summary>Adds one difference.</summary>
    public void Add(double difference, string place) => Note(difference, place);

    /// <summary>Compares exactly: a row that differs counts 1.</summary>
    public void AddExact(bool equal, string place)
    {
        compared++;
        if (!equal)
        {
            worst = largest == 0 ? place : worst;
            largest++;
        }
    }

    private void Note(double difference, string place)
    {
        compared++;

        // Written so that NaN, which compares with nothing, counts as the largest of all.
        if (!(difference <= largest))
        {
            largest = double.IsNaN(difference) ? double.PositiveInfinity : difference;
            worst = place;
        }
    }
}
