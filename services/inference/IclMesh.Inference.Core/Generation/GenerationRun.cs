namespace IclMesh.Inference.Core.Generation;

/// <summary>A generation under way; holds a place of its model and memory until it is disposed.</summary>
public sealed class GenerationRun : IDisposable
{
    private readonly Generator generator;
    private readonly IDisposable hold;

    internal GenerationRun(int promptTokens, Generator generator, IAsyncEnumerable<GeneratedPiece> pieces, IDisposable hold)
    {
        this.generator = generator;
        this.hold = hold;
        PromptTokens = promptTokens;
        Pieces = pieces;
    }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>Generates and yields pieces.</summary>
    public IAsyncEnumerable<GeneratedPiece> Pieces { get; }

    /// <summary>Prompt tokens that were not computed anew; known once the first piece has come.</summary>
    public int CachedTokens => generator.CachedTokens;

    /// <inheritdoc/>
    public void Dispose() => hold.Dispose();
}
