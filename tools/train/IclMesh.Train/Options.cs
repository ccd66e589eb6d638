using System.Globalization;

namespace IclMesh.Train;

/// <summary>The options of one command, <c>--name value</c>; asking for one records what was used.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);

    public Options(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count)
                throw new ArgumentException($"Expected --name value, found '{arguments[i]}'.");
            given[arguments[i][2..]] = arguments[i + 1];
        }
    }

    /// <summary>Every option that was asked for, with the value that was used.</summary>
    public SortedDictionary<string, string> Used { get; } = new(StringComparer.Ordinal);

    public string Text(string name, string usual) => Used[name] = given.GetValueOrDefault(name, usual);

    public int Count(string name, int usual) => int.Parse(Text(name, usual.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public double Number(string name, double usual) =>
        double.Parse(Text(name, usual.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    /// <summary>Fails on an option that no command reads: a typing error would otherwise train the wrong model.</summary>
    public void RefuseUnknown()
    {
        var unknown = given.Keys.Where(k => !Used.ContainsKey(k)).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"Unknown option: --{string.Join(", --", unknown)}.");
    }
}
