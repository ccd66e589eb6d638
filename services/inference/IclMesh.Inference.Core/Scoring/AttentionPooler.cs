using System.Numerics.Tensors;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Reduces the attention of one position to one number per layer, head and demonstration.</summary>
internal sealed class AttentionPooler
{
    private readonly List<Demonstration> demonstrations = [];

    /// <summary>Finds the demonstrations of a prompt.</summary>
    /// <param name="spans">Where its pieces lie.</param>
    public AttentionPooler(IReadOnlyList<SegmentSpan> spans)
    {
        var byId = new Dictionary<string, Demonstration>(StringComparer.Ordinal);
        foreach (var span in spans.Where(span => span.Segment.DemonstrationId.Length > 0))
        {
            if (!byId.TryGetValue(span.Segment.DemonstrationId, out var demonstration))
            {
                byId[span.Segment.DemonstrationId] = demonstration = new();
                demonstrations.Add(demonstration);
            }

            demonstration.Add(span);
        }
    }

    /// <summary>N, number of demonstrations.</summary>
    public int Count => demonstrations.Count;

    /// <summary>The attention of one position of the prompt, [tokens].</summary>
    public delegate ReadOnlySpan<float> RowReader(int layer, int head);

    /// <summary>Pools one position.</summary>
    /// <param name="read">Reads its attention.</param>
    /// <param name="configuration">Sizes of the model.</param>
    /// <param name="pooling">How to pool.</param>
    /// <returns>[layers, heads, N], row-major.</returns>
    public float[] Pool(RowReader read, ModelConfiguration configuration, AttentionPooling pooling)
    {
        var pooled = new float[configuration.Layers * configuration.Heads * Count];
        var at = 0;
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            for (var head = 0; head < configuration.Heads; head++)
            {
                var row = read(layer, head);
                foreach (var demonstration in demonstrations)
                {
                    pooled[at++] = demonstration.Pool(row, pooling);
                }
            }
        }

        return pooled;
    }

    /// <summary>The token ranges of one demonstration.</summary>
    private sealed class Demonstration
    {
        private readonly List<SegmentSpan> inputs = [];
        private readonly List<SegmentSpan> labels = [];
        private readonly List<SegmentSpan> separators = [];

        public void Add(SegmentSpan span)
        {
            switch (span.Segment.Kind)
            {
                case SegmentKind.DemonstrationLabel:
                    labels.Add(span);
                    break;
                case SegmentKind.Separator:
                    separators.Add(span);
                    break;
                default:
                    inputs.Add(span);
                    break;
            }
        }

        public float Pool(ReadOnlySpan<float> row, AttentionPooling pooling) => pooling switch
        {
            AttentionPooling.Max => Math.Max(Max(row, inputs), Max(row, labels)),
            AttentionPooling.Sum => Sum(row, inputs) + Sum(row, labels),
            AttentionPooling.Mean => (Sum(row, inputs) + Sum(row, labels)) / Math.Max(1, inputs.Sum(s => s.Count) + labels.Sum(s => s.Count)),
            AttentionPooling.Label => Sum(row, labels),
            AttentionPooling.Tail => Sum(row, labels) + Sum(row, separators),
            _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, null),
        };

        private static float Sum(ReadOnlySpan<float> row, List<SegmentSpan> spans)
        {
            var sum = 0f;
            foreach (var span in spans)
            {
                sum += TensorPrimitives.Sum(row.Slice(span.Start, span.Count));
            }

            return sum;
        }

        private static float Max(ReadOnlySpan<float> row, List<SegmentSpan> spans)
        {
            var max = 0f;
            foreach (var span in spans.Where(span => span.Count > 0))
            {
                max = Math.Max(max, TensorPrimitives.Max(row.Slice(span.Start, span.Count)));
            }

            return max;
        }
    }
}
