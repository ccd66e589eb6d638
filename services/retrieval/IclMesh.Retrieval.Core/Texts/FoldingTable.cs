using System.Globalization;

namespace IclMesh.Retrieval.Core.Texts;

/// <summary>Foldings and combining classes of Unicode 14, from the embedded <c>folding.txt</c>.</summary>
internal static class FoldingTable
{
    private static readonly Dictionary<int, int[]> Foldings = [];
    private static readonly Dictionary<int, int> Classes = [];

    static FoldingTable()
    {
        using var stream = typeof(FoldingTable).Assembly.GetManifestResourceStream("folding.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line.Split(' '));
            }
        }
    }

    /// <summary>What a character becomes; null where it stays.</summary>
    /// <param name="character">A code point.</param>
    public static int[]? Of(int character) => Foldings.GetValueOrDefault(character);

    /// <summary>Canonical combining class, which orders the marks behind a character; 0 for what is no such mark.</summary>
    /// <param name="character">A code point.</param>
    public static int Class(int character) => Classes.GetValueOrDefault(character);

    private static void Add(string[] fields)
    {
        var numbers = fields.Skip(1).Select(field => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        switch (fields[0])
        {
            case "class":
                for (var character = numbers[1]; character <= numbers[2]; character++)
                {
                    Classes.Add(character, numbers[0]);
                }

                break;
            case "shift":
                for (var character = numbers[0]; character <= numbers[1]; character += numbers[2])
                {
                    Foldings.Add(character, [character - numbers[0] + numbers[3]]);
                }

                break;
            default:
                Foldings.Add(numbers[0], numbers[1..]);
                break;
        }
    }
}
