using CsCheck;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Tests.Filters;

/// <summary>Random filters and demonstrations over few names and values, so that they meet.</summary>
internal static class FilterGen
{
    private static readonly Gen<string> Text = Gen.OneOf("a", "b", "é", "\U0001F600", "\uFFFD", "");

    private static readonly Gen<MetadataValue> Value = Gen.OneOf(
        Text.Select(MetadataValue.Of), Gen.OneOf(-1.5, 0.0, 1.0, 2e10).Select(MetadataValue.Of), Gen.Bool.Select(MetadataValue.Of));

    public static readonly Gen<Demonstration> Demonstration = Gen.Select(Text, Text, Gen.Dictionary(Gen.OneOf("x", "y", "z z"), Value)[0, 3])
        .Select((label, split, metadata) => Given.Demonstration("?", 1, 0) with
        {
            Label = label,
            Split = split,
            Metadata = (Dictionary<string, MetadataValue>)metadata,
        });

    public static readonly Gen<string> Filter = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Test()
        : Gen.Frequency(
            (3, Test()),
            (1, Gen.Select(inner, inner).Select((a, b) => $"({a} and {b})")),
            (1, Gen.Select(inner, inner).Select((a, b) => $"({a} or {b})")),
            (1, inner.Select(a => $"not {a}"))));

    private static Gen<string> Test()
    {
        var text = Text.Select(value => $"\"{value}\"");
        var number = Gen.OneOf("-1.5", "0", "1", "2e10");
        var named = Gen.Select(Gen.OneOf("label", "split"), Gen.OneOf("==", "!=", "<", "<=", ">", ">="), text).Select((f, o, v) => $"{f} {o} {v}");
        var key = Gen.OneOf("metadata.x", "metadata.y", "metadata[\"z z\"]", "metadata.none");
        var ordered = Gen.Select(key, Gen.OneOf("==", "!=", "<", "<=", ">", ">="), Gen.OneOf(text, number)).Select((f, o, v) => $"{f} {o} {v}");
        var flag = Gen.Select(key, Gen.OneOf("==", "!="), Gen.OneOf("true", "false")).Select((f, o, v) => $"{f} {o} {v}");
        var member = Gen.Select(key, text, text).Select((f, v, w) => $"{f} in ({v}, {w})");
        var numbers = Gen.Select(key, number, number).Select((f, v, w) => $"{f} not in ({v}, {w})");
        return Gen.OneOf(named, ordered, flag, member, numbers, key.Select(f => $"exists({f})"));
    }
}
