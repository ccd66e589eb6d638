namespace IclMesh.Kernel.Core.Probes;

/// <summary>Ridge probes (experiment E4): can a vector at one site tell its class?</summary>
public static class SiteProbe
{
    /// <summary>Accuracy of a ridge classifier over folds that keep each group together.</summary>
    /// <param name="features">Vectors of one site, [N, D].</param>
    /// <param name="classes">Class of each vector, [N].</param>
    /// <param name="classCount">C.</param>
    /// <param name="groups">Group of each vector, for example its prompt, [N].</param>
    /// <param name="ridge">Penalty; 0.01 in arXiv 2305.12766.</param>
    /// <param name="folds">Folds over groups, 2 or more.</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <param name="cancellationToken">Checked once a fold.</param>
    public static ConfidenceInterval Accuracy(
        DenseMatrix features,
        int[] classes,
        int classCount,
        int[] groups,
        double ridge,
        int folds,
        ulong seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(groups);
        int[] distinct = [.. groups.Distinct().Order()];
        var right = 0;
        foreach (var (_, heldGroups) in Selection.Folding.Split(distinct.Length, folds, seed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var held = heldGroups.Select(g => distinct[g]).ToHashSet();
            int[] test = [.. Enumerable.Range(0, groups.Length).Where(i => held.Contains(groups[i]))];
            int[] train = [.. Enumerable.Range(0, groups.Length).Where(i => !held.Contains(groups[i]))];
            var targets = DenseMatrix.OneHot([.. train.Select(i => classes[i])], classCount);
            var fit = LinearRidge.Fit(features.Select(train), targets, ridge, intercept: true, cancellationToken);
            var predictions = fit.Predict(features.Select(test));
            for (var i = 0; i < test.Length; i++)
            {
                right += Statistics.ArgMax(predictions.Row(i)) == classes[test[i]] ? 1 : 0;
            }
        }

        return ConfidenceInterval.Wilson(right, groups.Length);
    }
}
