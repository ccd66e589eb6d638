using System.Globalization;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>Canonical decompositions, compositions and combining classes of Unicode 15, from the embedded <c>canonical-forms.txt</c>.</summary>
internal static class UnicodeTables
{
    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> Compositions = [];
    private static readonly Dictionary<int, int> CombiningClasses = [];

    static UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("canonical-forms.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line.Split(' '));
            }
        }
    }

    /// <summary>The one or two characters that a character is made of; null where it is not composed.</summary>
    public static int[]? Decomposition(int character) => Decompositions.GetValueOrDefault(character);

    public static int? Composition(int first, int second) => Compositions.TryGetValue((first, second), out var composed) ? composed : null;

    public static int CombiningClass(int character) => CombiningClasses.GetValueOrDefault(character);

    private static void Add(string[] fields)
    {
        var numbers = fields.Skip(1).Select(field => int.Parse(field, NumberStyles.HexNumber)).ToArray();
        switch (fields[0])
        {
            case "class":
                for (var character = numbers[1]; character <= numbers[2]; character++)
                {
                    CombiningClasses.Add(character, numbers[0]);
                }

                break;
            case "pair":
                Compositions.Add((numbers[1], numbers[2]), numbers[0]);
                goto case "from";
            case "from":
                Decompositions.Add(numbers[0], numbers[1..]);
                break;
        }
    }
}
