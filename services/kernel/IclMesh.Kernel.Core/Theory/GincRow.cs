namespace IclMesh.Kernel.Core.Theory;

/// <summary>Accuracy of two predictors at one k and n.</summary>
/// <param name="Variant">Where the concepts come from.</param>
/// <param name="Length">k.</param>
/// <param name="Count">n.</param>
/// <param name="Bayes">Exact Bayes over the pre-training family and start properties, with its Wilson interval.</param>
/// <param name="Kernel">The kernel predictor; NaN at n = 0, where it has nothing to weigh.</param>
/// <param name="Published">Published accuracies in percent, by model; empty where the paper gives none.</param>
public sealed record GincRow(
    GincVariant Variant, int Length, int Count, ConfidenceInterval Bayes, ConfidenceInterval Kernel, IReadOnlyList<(string Model, double Accuracy)> Published);
