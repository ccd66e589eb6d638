using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.ModelFiles.Models;

/// <summary>An opened model: sizes, tensors and tokenizer, from whichever files it came.</summary>
/// <remarks>Tensor names are those of the Hugging Face layout of the family; a GGUF source translates its own.</remarks>
public sealed class ModelSource : IDisposable
{
    private readonly Func<string> storedDigest;
    private readonly Func<string> textDigest;

    /// <param name="storedDigest">Digest of the stored weights.</param>
    /// <param name="textDigest">Digest of what turns text into tokens: vocabulary, templates, prompt format.</param>
    internal ModelSource(Func<string> storedDigest, Func<string> textDigest) => (this.storedDigest, this.textDigest) = (storedDigest, textDigest);

    /// <summary>Name as users spell it, for example <c>SmolLM2-135M-Instruct</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What tells the model from others. Computed when first asked for, which must be before its tensors are closed: it reads all of them.</summary>
    public ModelIdentity Identity => field ??= ModelIdentity.Of(storedDigest(), Configuration, Encoder, EndTokens, textDigest());

    /// <summary>Folder or file that it was opened from.</summary>
    public required string Location { get; init; }

    /// <summary><c>huggingface</c>, <c>gguf</c> or <c>onnx</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Sizes and constants.</summary>
    public required ModelConfiguration Configuration { get; init; }

    /// <summary>The weights; none where <see cref="Graph"/> holds them.</summary>
    public required ITensorSource Tensors { get; init; }

    /// <summary>Path of a decoder graph that somebody else exported, run as it is; null where the engine builds its own from <see cref="Tensors"/>.</summary>
    public string? Graph { get; init; }

    /// <summary>The tokenizer.</summary>
    public required ITextTokenizer Tokenizer { get; init; }

    /// <summary>How a sentence encoder pools its last layer; null for language models.</summary>
    public EncoderSettings? Encoder { get; init; }

    /// <summary>Tokens each of which ends a generated text; empty where the model has none.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>The chat template as the model ships it (Jinja); null where it has none.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>How to prompt the model and which heads explain it; null where the model does not say.</summary>
    public ModelCard? Card { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Tensors.Dispose();
}
