namespace IclMesh.Kernel.Core.Heads;

/// <summary>Vote shares of every head for every class, [P·L·H, C] per prompt: what one pass over the attention leaves.</summary>
internal sealed class VoteTable
{
    private readonly HeadScanOptions options;
    private readonly float[][] shares;

    public VoteTable(HeadScanOptions options, IReadOnlyList<RecordedPrompt> prompts, Func<int, int[]> labels, CancellationToken cancellationToken)
    {
        this.options = options;
        shares = new float[prompts.Count][];
        Blocks.ForEach(prompts.Count, p => shares[p] = Tally(prompts[p], labels(p)), cancellationToken);
    }

    public int Heads => options.Poolings * options.Layers * options.HeadsPerLayer;

    /// <summary>Shares of one head in one prompt, [C]; uniform where the head has no mass on demonstrations.</summary>
    public ReadOnlySpan<float> this[int prompt, int head] => shares[prompt].AsSpan(head * options.Classes, options.Classes);

    /// <summary>The head's label, the first of equals.</summary>
    public int Label(int prompt, int head) => TensorPrimitives.IndexOfMax(this[prompt, head]);

    private float[] Tally(RecordedPrompt prompt, int[] labels)
    {
        var perPooling = options.Layers * options.HeadsPerLayer;
        var table = new float[Heads * options.Classes];
        for (var head = 0; head < Heads; head++)
        {
            var row = prompt.Attention[head / perPooling].AsSpan(head % perPooling * labels.Length, labels.Length);
            var votes = table.AsSpan(head * options.Classes, options.Classes);
            var total = TensorPrimitives.Sum<float>(row);
            if (total <= 0)
            {
                votes.Fill(1f / options.Classes);
                continue;
            }

            for (var i = 0; i < labels.Length; i++)
            {
                votes[labels[i]] += row[i] / total;
            }
        }

        return table;
    }
}
