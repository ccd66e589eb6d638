using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace IclMesh.Cli.Tasks;

/// <summary>Reads one YAML document from its events, within limits: a file of a few lines can otherwise stand for more than fits into memory, or nest deeper than a stack.</summary>
internal sealed class YamlReader
{
    /// <summary>Most values within values.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most values, those that aliases stand for counted each time.</summary>
    public const int MaxValues = 100_000;

    private readonly IParser parser;
    private readonly Dictionary<string, (YamlValue? Value, int Count, int Depth)> anchors = new(StringComparer.Ordinal);
    private int count;

    private YamlReader(IParser parser) => this.parser = parser;

    /// <summary>The document; null where there is none.</summary>
    /// <exception cref="YamlException">It is no YAML, or beyond a limit; says where.</exception>
    public static YamlValue? Read(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var value = new YamlReader(parser).Value(1).Value;
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _) ? value : throw Fault(parser.Current!, "a second document begins: one is read");
    }

    private (YamlValue Value, int Depth) Value(int depth)
    {
        var start = parser.Current ?? throw new YamlException("ends too early");
        if (depth > MaxDepth)
        {
            throw Fault(start, $"values lie more than {MaxDepth} deep in one another");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Aliased(alias, depth);
        }

        var before = Add(start, 1);
        var anchor = start is NodeEvent { Anchor: { IsEmpty: false } name } ? name.Value : null;
        if (anchor is not null)
        {
            anchors[anchor] = (null, 0, 0);
        }

        if (start is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
        {
            throw Fault(start, $"the tag {tag} is not read: leave it out");
        }

        var (value, deepest) = start switch
        {
            Scalar => (ScalarValue(), 1),
            SequenceStart => Sequence(depth),
            MappingStart => Mapping(depth),
            _ => throw Fault(start, "a value is expected"),
        };
        if (anchor is not null)
        {
            anchors[anchor] = (value, count - before, deepest);
        }

        return (value, deepest);
    }

    private (YamlValue Value, int Depth) Aliased(AnchorAlias alias, int depth)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out var anchored))
        {
            throw Fault(alias, $"the alias *{alias.Value} has no anchor before it");
        }

        if (anchored.Value is null)
        {
            throw Fault(alias, $"the alias *{alias.Value} stands within what it stands for");
        }

        Add(alias, anchored.Count);
        return depth + anchored.Depth - 1 <= MaxDepth ? (anchored.Value, anchored.Depth) : throw Fault(alias, $"values lie more than {MaxDepth} deep in one another");
    }

    private YamlValue.Scalar ScalarValue()
    {
        var scalar = parser.Consume<Scalar>();
        return new(scalar.Start.Line, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private (YamlValue Value, int Depth) Sequence(int depth)
    {
        var start = parser.Consume<SequenceStart>();
        var items = new List<YamlValue>();
        var deepest = 0;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            var (item, below) = Value(depth + 1);
            items.Add(item);
            deepest = Math.Max(deepest, below);
        }

        return (new YamlValue.Sequence(start.Start.Line, items), deepest + 1);
    }

    private (YamlValue Value, int Depth) Mapping(int depth)
    {
        var start = parser.Consume<MappingStart>();
        var entries = new List<(YamlValue.Scalar, YamlValue)>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var deepest = 0;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.Accept<Scalar>(out var key))
            {
                throw Fault(parser.Current!, "a key must be a plain or quoted text");
            }

            if (!keys.Add(key.Value))
            {
                throw Fault(key, $"the key '{Excerpt.Name(key.Value)}' is given twice");
            }

            var name = ScalarValue();
            var (value, below) = Value(depth + 1);
            entries.Add((name, value));
            deepest = Math.Max(deepest, below);
        }

        return (new YamlValue.Mapping(start.Start.Line, entries), deepest + 1);
    }

    /// <summary>Counts values; answers how many there were before.</summary>
    private int Add(ParsingEvent at, int more)
    {
        var before = count;
        count = more <= MaxValues - count ? count + more : throw Fault(at, $"holds more than {MaxValues} values, aliases counted each time");
        return before;
    }

    private static YamlException Fault(ParsingEvent at, string message) => new(at.Start, at.End, message);
}
