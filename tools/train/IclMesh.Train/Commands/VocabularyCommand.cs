using IclMesh.Train.Data;
using IclMesh.Train.Text;

namespace IclMesh.Train.Commands;

/// <summary>Writes the vocabulary of both models, a token a line.</summary>
internal static class VocabularyCommand
{
    public static void Run(Options options)
    {
        var (data, output, size) = (options.Text("data", "../../../shared/data"), options.Text("output", "vocabulary.txt"), options.Count("size", 8192));
        var labels = options.Text("labels", "label-words.txt");
        options.RefuseUnknown();
        var texts = Corpus.Texts(data).ToList();
        var tokens = VocabularyBuilder.Build(texts, File.ReadAllLines(labels), size);
        File.WriteAllLines(output, tokens);
        var tokenizer = new WordPiece(tokens);
        var pieces = texts.Select(tokenizer.Encode).ToList();
        Console.WriteLine($"{tokens.Count} tokens; {texts.Count} texts, {texts.Sum(t => BasicTokenizer.Words(t).Count())} words, "
            + $"{pieces.Sum(p => p.Length)} pieces, {pieces.Sum(p => p.Count(id => id == WordPiece.Unknown))} unknown");
    }
}
