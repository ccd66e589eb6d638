using System.Diagnostics;
using Spectre.Console;

namespace IclMesh.Cli.Mesh;

/// <summary>Draws a trace as a tree.</summary>
internal static class TraceTree
{
    public static Tree Draw(IReadOnlyList<Activity> spans)
    {
        var children = spans.ToLookup(span => span.ParentSpanId);
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        var tree = new Tree($"[bold]trace {spans[0].TraceId.ToHexString()}[/]").Guide(TreeGuide.Line);
        foreach (var root in spans.Where(span => !ids.Contains(span.ParentSpanId)).OrderBy(span => span.StartTimeUtc))
        {
            Add(tree, root, children);
        }

        return tree;
    }

    private static void Add(IHasTreeNodes parent, Activity span, ILookup<ActivitySpanId, Activity> children)
    {
        var node = parent.AddNode(Describe(span));
        foreach (var child in children[span.SpanId].OrderBy(child => child.StartTimeUtc))
        {
            Add(node, child, children);
        }
    }

    private static string Describe(Activity span)
    {
        var tags = span.TagObjects
            .Where(tag => tag.Key.StartsWith("iclmesh.", StringComparison.Ordinal) && tag.Value is not (Array or null))
            .Select(tag => $"{tag.Key["iclmesh.".Length..]}={tag.Value}");
        var facts = Markup.Escape(string.Join(' ', tags));
        return $"{Markup.Escape(span.DisplayName)} [dim]{Markup.Escape(Layer(span))}[/] [blue]{span.Duration.TotalMilliseconds:0.0} ms[/] [dim]{facts}[/]".TrimEnd();
    }

    private static string Layer(Activity span) => span.Source.Name switch
    {
        "Microsoft.AspNetCore" => "server",
        "Grpc.Net.Client" => "client",
        var name => name,
    };
}
