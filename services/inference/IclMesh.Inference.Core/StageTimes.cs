namespace IclMesh.Inference.Core;

/// <summary>Wall time of the stages of one call.</summary>
/// <param name="Tokenize">Text to tokens.</param>
/// <param name="Queue">Waiting for a worker.</param>
/// <param name="Compute">Running the model.</param>
public readonly record struct StageTimes(TimeSpan Tokenize, TimeSpan Queue, TimeSpan Compute);
