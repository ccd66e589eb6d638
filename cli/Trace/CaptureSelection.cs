using System.CommandLine.Parsing;
using IclMesh.Inference.Core.Capturing;

namespace IclMesh.Cli.Trace;

/// <summary>One <c>--capture</c>: a quantity and where to record it.</summary>
/// <param name="Name">The quantity.</param>
/// <param name="Site">Layers, heads and positions; empty lists for all.</param>
internal sealed record CaptureSelection(string Name, CaptureSite Site)
{
    /// <summary>Every quantity.</summary>
    public static IReadOnlyList<string> Names { get; } = ["attention", "hidden", "keys", "keys-before-rotation", "values", "lens"];

    /// <summary>Reads <c>NAME[:layers=LIST][;heads=LIST][;positions=LIST]</c>; a list holds numbers and ranges such as 3,8-11,-1.</summary>
    public static CaptureSelection[] Parse(ArgumentResult result)
    {
        var selections = new List<CaptureSelection>();
        foreach (var token in result.Tokens)
        {
            if (Read(token.Value) is not { } selection)
            {
                result.AddError(
                    $"'{token.Value}' is no capture: one of {string.Join(", ", Names)}, optionally with :layers=0-3;heads=1;positions=-1");
                return [];
            }

            selections.Add(selection);
        }

        return [.. selections];
    }

    /// <summary>All selections as one call; a quantity that is named twice keeps the last.</summary>
    public static CaptureCall ToCall(IEnumerable<CaptureSelection> selections)
    {
        var sites = selections.GroupBy(selection => selection.Name).ToDictionary(group => group.Key, group => group.Last().Site);
        return new()
        {
            Segments = [],
            Attention = sites.GetValueOrDefault("attention"),
            Hidden = sites.GetValueOrDefault("hidden"),
            Keys = sites.GetValueOrDefault("keys"),
            PlainKeys = sites.GetValueOrDefault("keys-before-rotation"),
            Values = sites.GetValueOrDefault("values"),
            Lens = sites.GetValueOrDefault("lens"),
        };
    }

    /// <summary>Null where the text is none.</summary>
    internal static CaptureSelection? Read(string text)
    {
        var parts = text.Split(':', 2);
        var site = new CaptureSite();
        foreach (var place in parts.Length == 1 ? [] : parts[1].Split(';'))
        {
            if (place.Split('=', 2) is not [var axis, var list] || Numbers(list) is not { } numbers)
            {
                return null;
            }

            switch (axis)
            {
                case "layers": site = site with { Layers = numbers }; break;
                case "heads": site = site with { Heads = numbers }; break;
                case "positions": site = site with { Positions = numbers }; break;
                default: return null;
            }
        }

        return Names.Contains(parts[0]) ? new(parts[0], site) : null;
    }

    private static List<int>? Numbers(string list)
    {
        const int MostNumbers = 1 << 20;
        var numbers = new List<int>();
        foreach (var item in list.Split(','))
        {
            // A leading minus is a sign, a later one a range.
            var dash = item.IndexOf('-', Math.Min(1, item.Length));
            var (first, last) = dash < 0 ? (item, item) : (item[..dash], item[(dash + 1)..]);
            if (!int.TryParse(first, out var from) || !int.TryParse(last, out var to) || to < from || (long)to - from + numbers.Count >= MostNumbers)
            {
                return null;
            }

            numbers.AddRange(Enumerable.Range(from, to - from + 1));
        }

        return numbers;
    }
}
