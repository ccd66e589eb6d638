using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Attention;

/// <summary>E1: where attention goes, averaged over prompts on aligned positions.</summary>
internal sealed class AlignedAttention(KernelCalls kernel)
{
    public async Task<object?> ComputeAsync(IReadOnlyList<RecordedUnit> units, CancellationToken cancellationToken)
    {
        // Prompts that lost a demonstration to the context's length have fewer positions to align.
        var recorded = units.Where(unit => unit.Tensors.ContainsKey("attention.last")).ToList();
        var full = recorded.Count == 0 ? 0 : recorded.Max(unit => unit.Record.Demonstrations.Length);
        var aligned = recorded.Where(unit => unit.Record.Demonstrations.Length == full && full > 0).ToList();
        if (aligned.Count == 0)
        {
            return null;
        }

        var response = await kernel.AlignAttentionAsync(aligned.Select(Request), cancellationToken);
        var shape = aligned[0].Tensors["attention.last"].Shape;
        var masses = Rows(response.Masses);
        return new
        {
            response.Prompts,
            demonstrations = full,
            inputPositions = 30,
            mean = Rows(response.Mean),
            masses = new
            {
                labels = ResultJson.Grid(masses.Select(row => row[0]), shape[1]),
                firstToken = ResultJson.Grid(masses.Select(row => row[1]), shape[1]),
                queryEnd = ResultJson.Grid(masses.Select(row => row[2]), shape[1]),
                rest = ResultJson.Grid(masses.Select(row => row[3]), shape[1]),
            },
        };
    }

    private static AlignAttentionRequest Request(RecordedUnit unit)
    {
        var attention = unit.Tensors["attention.last"];
        return new()
        {
            Attention = KernelCalls.Tensor(attention.Shape, attention.Values),
            Inputs = { unit.Record.InputSpans.Select(Range) },
            Labels = { unit.Record.LabelSpans.Select(Range) },
            Query = Range(unit.Record.QuerySpan),
        };
    }

    private static TokenRange Range(int[] span) => new() { Start = span[0], End = span[1] };

    private static double[][] Rows(DoubleMatrix matrix) =>
        [.. KernelCalls.Values(matrix).Chunk(matrix.Columns)];
}
