using System.Globalization;
using System.Text;
using IclMesh.Train.Data;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>A BERT sentence encoder of others, with its own vocabulary, to compare with.</summary>
internal sealed class ReferenceEncoder(string folder)
{
    private const int LongestText = 254;
    private readonly BertEncoder encoder = Models.Encoder(folder);
    private readonly WordPiece tokenizer = WordPiece.Load(Path.Combine(folder, "vocab.txt"));

    /// <summary>Embeddings of length 1, [N, d].</summary>
    public torch.Tensor Embed(IReadOnlyList<Row> rows) =>
        encoder.Embed([.. rows.Select(r => tokenizer.Encode(WithoutAccents(r.Text))).Select(p => p[..Math.Min(p.Length, LongestText)])],
            tokenizer.Find("[CLS]")!.Value, tokenizer.Find("[SEP]")!.Value);

    // BERT's uncased normalizer drops accents; this project's keeps them.
    private static string WithoutAccents(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
}
