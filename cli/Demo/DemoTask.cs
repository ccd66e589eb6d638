namespace IclMesh.Cli.Demo;

/// <summary>A task that ships with the command.</summary>
/// <param name="Demonstrations">File of demonstrations below the <c>demonstrations</c> folder.</param>
/// <param name="Inputs">File of texts to label, with the label that a person gave them.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record DemoTask(string Demonstrations, string Inputs, string Labels)
{
    /// <summary>News topics: texts written for the project, in a domain that the embedded model knows.</summary>
    public static DemoTask Topics { get; } = new(PathOf("topics.jsonl"), PathOf("topics.inputs.jsonl"), "World,Sports,Business,Technology");

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "demonstrations", file);
}
