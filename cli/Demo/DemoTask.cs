namespace IclMesh.Cli.Demo;

/// <summary>A set of demonstrations that ships with the command, and inputs to try it on.</summary>
/// <param name="File">File below the <c>demonstrations</c> folder.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Inputs">Texts to label, with the label a person gives them.</param>
internal sealed record DemoTask(string File, string Labels, IReadOnlyList<(string Text, string Label)> Inputs);
