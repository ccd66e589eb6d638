namespace IclMesh.Train.Evaluation;

/// <summary>Reads single heads as kernels: which head's vote over the demonstrations agrees best with the model.</summary>
internal static class KernelHeads
{
    /// <summary>Agreement of each head's vote with the model's answer, [L][H].</summary>
    public static double[][] Agreement(IReadOnlyList<Episode> episodes, IReadOnlyList<Answer> answers, Random? permute = null) =>
        [.. Enumerable.Range(0, answers[0].Attention.Length).Select(layer =>
            Enumerable.Range(0, answers[0].Attention[layer].Length).Select(head => episodes.Zip(answers, (e, a) =>
            {
                int[] classes = [.. e.Classes[..e.Demonstrations]];
                if (permute is not null)
                    permute.Shuffle(classes);
                return Vote(a.Attention[layer][head], classes, e.Labels.Length) == a.Class ? 1.0 : 0.0;
            }).Average()).ToArray())];

    /// <summary>Class with the most weight.</summary>
    public static int Vote(float[] weights, ReadOnlySpan<int> classes, int count)
    {
        var votes = new double[count];
        for (var i = 0; i < weights.Length; i++)
            votes[classes[i]] += weights[i];
        return Array.IndexOf(votes, votes.Max());
    }
}
