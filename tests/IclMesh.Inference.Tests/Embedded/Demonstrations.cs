using System.Text.Json;

namespace IclMesh.Inference.Tests.Embedded;

/// <summary>The texts that ship with the product.</summary>
internal static class Demonstrations
{
    public static List<(string Text, string Label)> Read(string name) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "demonstrations", name)).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return (row.RootElement.GetProperty("text").GetString()!, row.RootElement.GetProperty("label").GetString()!);
        }),
    ];
}
