namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>A recorded prompt with its tensors by quantity, for example <c>attention.label</c>.</summary>
internal sealed record RecordedUnit(PromptRecord Record, IReadOnlyDictionary<string, NamedTensor> Tensors);
