namespace IclMesh.Kernel.Core.Heads;

/// <summary>Vote tables of the report prompts with their labels permuted, made once and judged by every view.</summary>
internal sealed class PermutationNull
{
    private readonly int[] modelLabels;
    private readonly VoteTable[] tables;

    public PermutationNull(HeadScanOptions options, IReadOnlyList<RecordedPrompt> prompts, int[] report, CancellationToken cancellationToken)
    {
        var reported = report.Select(p => prompts[p]).ToList();
        modelLabels = [.. reported.Select(prompt => prompt.ModelLabel)];
        tables = new VoteTable[options.Permutations];
        for (var round = 0; round < tables.Length; round++)
        {
            var random = new SeededRandom(options.Seed, (ulong)round + 100);
            var permuted = reported.Select(prompt =>
            {
                var labels = (int[])prompt.Labels.Clone();
                random.Shuffle<int>(labels);
                return labels;
            }).ToArray();
            tables[round] = new(options, reported, p => permuted[p], cancellationToken);
        }
    }

    /// <summary>Agreement of a view in every round.</summary>
    public double[] Agreements(Func<VoteTable, int, double[]> evidence) => Array.ConvertAll(tables, table =>
        (double)Enumerable.Range(0, modelLabels.Length).Count(p => Statistics.ArgMax(evidence(table, p)) == modelLabels[p]) / modelLabels.Length);
}
