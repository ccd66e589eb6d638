namespace IclMesh.Kernel.Core.Selection;

/// <summary>A criterion over candidates.</summary>
/// <param name="Candidates">Values that were tried, ascending.</param>
/// <param name="Criteria">Criterion of each; smaller is better; +∞ where it is not defined.</param>
/// <param name="Best">The value chosen; may lie between candidates after refinement.</param>
/// <param name="BestCriterion">Criterion of the value chosen.</param>
public sealed record SelectionCurve(double[] Candidates, double[] Criteria, double Best, double BestCriterion);
