using System.Text;

namespace IclMesh.Gateway.Analyses.Rewriting;

/// <summary>Makes a typing mistake in three words of ten: two letters swapped, one left out, one doubled, or a neighbour on the keyboard.</summary>
internal sealed class TypoRewriter : IInputRewriter
{
    private const double Share = 0.3;
    private const int ShortestWord = 3;
    private static readonly string[] KeyboardRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

    public string Name => "typos";

    public string Rewrite(string text, ulong seed, int row)
    {
        var words = text.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i].Length >= ShortestWord && words[i].All(char.IsAsciiLetter) && SeededHash.Uniform(seed, 1, row, i) < Share)
            {
                words[i] = Mistype(words[i], seed, row, i);
            }
        }

        return string.Join(' ', words);
    }

    private static string Mistype(string word, ulong seed, int row, int index)
    {
        // The first letter stays: readers, and most typists, get that one right.
        var at = 1 + SeededHash.Below(word.Length - 1, seed, 2, row, index);
        var letters = new StringBuilder(word);
        switch (SeededHash.Below(4, seed, 3, row, index))
        {
            case 0 when at + 1 < word.Length && word[at] != word[at + 1]:
                (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
                break;
            case 1:
                letters.Remove(at, 1);
                break;
            case 2:
                letters.Insert(at, word[at]);
                break;
            default:
                letters[at] = Neighbour(word[at]);
                break;
        }

        return letters.ToString();
    }

    private static char Neighbour(char letter)
    {
        var lower = char.ToLowerInvariant(letter);
        var keys = KeyboardRows.First(keys => keys.Contains(lower));
        var at = keys.IndexOf(lower, StringComparison.Ordinal);
        return keys[at + 1 < keys.Length ? at + 1 : at - 1];
    }
}
