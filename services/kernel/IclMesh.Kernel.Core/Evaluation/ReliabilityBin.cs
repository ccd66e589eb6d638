namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>Predictions of similar confidence.</summary>
/// <param name="Low">Least probability of the predicted label in the bin.</param>
/// <param name="High">Greatest probability in the bin.</param>
/// <param name="Count">Number of predictions, at least 1.</param>
/// <param name="Confidence">Mean probability of the predicted label.</param>
/// <param name="Accuracy">Share that is right.</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, ConfidenceInterval Accuracy);
