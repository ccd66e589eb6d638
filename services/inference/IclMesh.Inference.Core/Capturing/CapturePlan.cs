using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>A call with its layers, heads and positions spelled out and checked.</summary>
internal sealed class CapturePlan
{
    private readonly ModelConfiguration configuration;
    private readonly int tokens;

    /// <summary>Checks a call against a model and a prompt.</summary>
    /// <exception cref="MeshException">A layer, head or position does not exist, or the answer is larger than allowed.</exception>
    public CapturePlan(CaptureCall call, ModelConfiguration configuration, int tokens, long byteLimit)
    {
        this.configuration = configuration;
        this.tokens = tokens;
        var rules = new RequestRules();
        var layers = configuration.Layers;
        Attention = Resolve(rules, "attention", call.Attention, layers, configuration.Heads);
        Hidden = Resolve(rules, "hidden", call.Hidden, layers + 1, 0);
        Keys = Resolve(rules, "keys", call.Keys, layers, configuration.KeyValueHeads);
        PlainKeys = Resolve(rules, "keys_before_rotation", call.PlainKeys, layers, configuration.KeyValueHeads);
        Values = Resolve(rules, "values", call.Values, layers, configuration.KeyValueHeads);
        Lens = Resolve(rules, "lens", call.Lens, layers, 0);
        rules.ThrowIfBroken();
        LensTop = Math.Min(call.LensTop, configuration.VocabularySize);
        if (Bytes > byteLimit)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of the capture", byteLimit, Bytes);
        }
    }

    public ResolvedSite Attention { get; }

    public ResolvedSite Hidden { get; }

    public ResolvedSite Keys { get; }

    public ResolvedSite PlainKeys { get; }

    public ResolvedSite Values { get; }

    public ResolvedSite Lens { get; }

    /// <summary>Tokens of each lens reading.</summary>
    public int LensTop { get; }

    /// <summary>The first position that must run although its keys and values may be known.</summary>
    public int FirstRun => new[] { Attention, Hidden, Lens }
        .Where(site => site.Positions.Length > 0)
        .Select(site => site.Positions.Min())
        .DefaultIfEmpty(tokens)
        .Min();

    /// <summary>Bytes of the whole answer.</summary>
    public long Bytes => sizeof(float) * (
        (Attention.Count * tokens)
        + (Hidden.Count * configuration.HiddenSize)
        + ((Keys.Count + PlainKeys.Count + Values.Count) * configuration.HeadSize)
        + (Lens.Count * LensTop * 3));

    private ResolvedSite Resolve(RequestRules rules, string field, CaptureSite? site, int layers, int heads)
    {
        if (site is null)
        {
            return new([], [], []);
        }

        var resolvedPositions = site.Positions.Select(position => position < 0 ? position + tokens : position).ToArray();
        Check(rules, $"{field}.layers", site.Layers, site.Layers, layers, "layers");
        Check(rules, $"{field}.heads", site.Heads, site.Heads, heads, "heads");
        Check(rules, $"{field}.positions", resolvedPositions, site.Positions, tokens, "tokens");
        return new(
            [.. All(site.Layers, layers)], heads == 0 ? [0] : [.. All(site.Heads, heads)], [.. All(resolvedPositions, tokens)]);
    }

    private static IEnumerable<int> All(IReadOnlyList<int> chosen, int count) =>
        chosen.Count > 0 ? chosen.Distinct().Order() : Enumerable.Range(0, count);

    private static void Check(RequestRules rules, string field, IReadOnlyList<int> resolved, IReadOnlyList<int> given, int count, string what)
    {
        for (var index = 0; index < resolved.Count; index++)
        {
            rules.Require(
                resolved[index] >= 0 && resolved[index] < count, $"{field}[{index}]", $"{given[index]} does not exist: there are {count} {what}");
        }
    }
}

/// <summary>Layers, heads and positions in ascending order; empty for a quantity that is not recorded.</summary>
internal sealed record ResolvedSite(int[] Layers, int[] Heads, int[] Positions)
{
    /// <summary>Vectors to record.</summary>
    public long Count => (long)Layers.Length * Heads.Length * Positions.Length;
}
