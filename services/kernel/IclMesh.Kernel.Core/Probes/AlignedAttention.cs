namespace IclMesh.Kernel.Core.Probes;

/// <summary>Mean attention over prompts on aligned positions (experiment E1).</summary>
/// <remarks>
/// Each input is resampled to a fixed number of positions by linear interpolation, each label is one position that holds the sum over its tokens. The
/// masses are sums over the original tokens, so interpolation does not touch them.
/// </remarks>
public sealed class AlignedAttention
{
    private readonly int heads;
    private readonly int resolution;
    private readonly int demonstrations;

    /// <summary>Starts an average.</summary>
    /// <param name="heads">Rows L·H.</param>
    /// <param name="demonstrations">Demonstrations N that every prompt has.</param>
    /// <param name="resolution">Positions per input; 30 in arXiv 2305.12766.</param>
    public AlignedAttention(int heads, int demonstrations, int resolution = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, 2);
        this.heads = heads;
        this.demonstrations = demonstrations;
        this.resolution = resolution;
        Sums = new(heads, (demonstrations * (resolution + 1)) + resolution);
        Masses = new(heads, 4);
    }

    /// <summary>Prompts added.</summary>
    public int Count { get; private set; }

    /// <summary>Mean attention: per demonstration the resampled input then its label, the query last, [L·H, N·(R + 1) + R].</summary>
    public DenseMatrix Mean => Divided(Sums);

    /// <summary>Mean mass on labels, on the first token, on the query's last three tokens, and elsewhere, [L·H, 4].</summary>
    public DenseMatrix MeanMasses => Divided(Masses);

    private DenseMatrix Sums { get; }

    private DenseMatrix Masses { get; }

    /// <summary>Adds a prompt.</summary>
    /// <param name="attention">Attention of the last position, [L·H, T].</param>
    /// <param name="tokens">T.</param>
    /// <param name="spans">Where the parts lie; no span is empty.</param>
    public void Add(ReadOnlySpan<float> attention, int tokens, PromptSpans spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        ArgumentOutOfRangeException.ThrowIfNotEqual(attention.Length, heads * tokens);
        ArgumentOutOfRangeException.ThrowIfNotEqual(spans.Inputs.Count, demonstrations);
        for (var h = 0; h < heads; h++)
        {
            var row = attention.Slice(h * tokens, tokens);
            var target = Sums.Row(h);
            var labelMass = 0.0;
            for (var i = 0; i < demonstrations; i++)
            {
                Resample(row[spans.Inputs[i].Start..spans.Inputs[i].End], target.Slice(i * (resolution + 1), resolution));
                var label = TensorPrimitives.Sum(row[spans.Labels[i].Start..spans.Labels[i].End]);
                target[(i * (resolution + 1)) + resolution] += label;
                labelMass += label;
            }

            Resample(row[spans.Query.Start..spans.Query.End], target[(demonstrations * (resolution + 1))..]);
            var tail = Math.Max(spans.Query.Start, spans.Query.End - 3);
            double first = row[0];
            double last = TensorPrimitives.Sum(row[tail..spans.Query.End]);
            var masses = Masses.Row(h);
            masses[0] += labelMass;
            masses[1] += first;
            masses[2] += last;
            masses[3] += TensorPrimitives.Sum(row) - labelMass - first - last;
        }

        Count++;
    }

    private void Resample(ReadOnlySpan<float> source, Span<double> target)
    {
        for (var r = 0; r < resolution; r++)
        {
            var at = (double)r * (source.Length - 1) / (resolution - 1);
            var below = (int)at;
            var above = Math.Min(below + 1, source.Length - 1);
            target[r] += source[below] + ((at - below) * (source[above] - source[below]));
        }
    }

    private DenseMatrix Divided(DenseMatrix sums)
    {
        var mean = new DenseMatrix(sums.Rows, sums.Columns);
        TensorPrimitives.Divide(sums.Values, Math.Max(1, Count), mean.Values);
        return mean;
    }
}
