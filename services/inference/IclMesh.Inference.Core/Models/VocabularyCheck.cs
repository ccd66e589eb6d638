using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Core.Models;

/// <summary>Refuses tokens that a model's embedding does not know: a tokenizer with more tokens than the embedding has rows makes them.</summary>
internal static class VocabularyCheck
{
    /// <exception cref="MeshException">Naming model, token and rows.</exception>
    public static void Require(IEnumerable<int> tokens, ModelSource source)
    {
        var rows = source.Configuration.VocabularySize;
        foreach (var token in tokens)
        {
            if (token >= rows)
            {
                throw new MeshException(
                    ErrorKind.FailedPrecondition,
                    ErrorReasons.DataCorrupt,
                    $"model '{source.Name}': its tokenizer makes token {token}, its embedding has {rows} rows (vocab_size)");
            }
        }
    }
}
