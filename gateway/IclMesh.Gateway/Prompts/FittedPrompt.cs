using IclMesh.Gateway.Predict;

namespace IclMesh.Gateway.Prompts;

/// <summary>The longest prompt within a budget.</summary>
/// <param name="Demonstrations">Those that fit, in prompt order: the last ones of all.</param>
/// <param name="Prompt">The prompt with them.</param>
internal sealed record FittedPrompt(IReadOnlyList<PromptedDemonstration> Demonstrations, CountedPrompt Prompt);
