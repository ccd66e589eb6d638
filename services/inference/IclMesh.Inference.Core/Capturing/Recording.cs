using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>A capture under way: its prompt is known, its blocks are still to come; holds a place of its model and memory until it is disposed.</summary>
public sealed class Recording : IDisposable
{
    private readonly IDisposable hold;

    internal Recording(Prompt prompt, IAsyncEnumerable<CaptureBlock> blocks, IDisposable hold)
    {
        this.hold = hold;
        Prompt = prompt;
        Blocks = blocks;
    }

    /// <summary>Tokens, spans, and what was dropped.</summary>
    public Prompt Prompt { get; }

    /// <summary>Runs the prompt and yields what is recorded.</summary>
    public IAsyncEnumerable<CaptureBlock> Blocks { get; }

    /// <inheritdoc/>
    public void Dispose() => hold.Dispose();
}
