namespace IclMesh.Gateway.Analyses.Rewriting;

/// <summary>Rewrites an input so that it means the same but looks unlike the demonstrations (paper, experiment E6).</summary>
internal interface IInputRewriter
{
    /// <summary>Name by which a job asks for it.</summary>
    string Name { get; }

    /// <summary>Rewrites a text; the same text, seed and row give the same answer.</summary>
    string Rewrite(string text, ulong seed, int row);
}
