namespace IclMesh.Gateway.Analyses.Rewriting;

/// <summary>The rewriters that come with the gateway; rows may bring rewritings of their own.</summary>
internal static class InputRewriters
{
    public static IReadOnlyList<IInputRewriter> All { get; } = [new TypoRewriter(), new RareWordRewriter(), new ClauseRewriter()];

    public static IInputRewriter? Find(string name) => All.FirstOrDefault(rewriter => rewriter.Name == name);
}
