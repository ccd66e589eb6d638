using System.Text.Json;
using IclMesh.Inference.Text.Chat;

namespace IclMesh.Inference.Tests.Chat;

/// <summary>Generated templates render as Jinja renders them, or are refused by name (`tests/fixtures/jinja/differential.py`).</summary>
public class ChatTemplateDifferentialTests
{
    [Fact]
    public void Render_GeneratedTemplates_EqualJinjaOrAreRefusedByName()
    {
        var path = Environment.GetEnvironmentVariable("ICLMESH_JINJA") ?? Path.Combine(AppContext.BaseDirectory, "fixtures", "jinja-differential.json");
        var fixture = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        var variables = fixture.GetProperty("variables").EnumerateObject().ToDictionary(variable => variable.Name, variable => (object?)variable.Value);
        var wrong = new List<string>();
        var refused = 0;
        foreach (var entry in fixture.GetProperty("cases").EnumerateArray())
        {
            var template = entry.GetProperty("template").GetString()!;
            var expected = entry.TryGetProperty("rendered", out var rendered) ? rendered.GetString() : null;
            try
            {
                var text = ChatTemplate.Parse(template).Render(variables, TimeProvider.System);
                if (text != expected)
                {
                    wrong.Add($"{template}\n  expected {expected ?? "an error"}\n  rendered {text}");
                }
            }
            catch (MeshException refusal) when (expected is not null)
            {
                refused++;
                if (!refusal.Message.Contains("not supported", StringComparison.Ordinal))
                {
                    wrong.Add($"{template}\n  expected {expected}\n  refused {refusal.Message}");
                }
            }
            catch (MeshException)
            {
                // Jinja refuses it too.
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(40))}");
        Assert.InRange(refused, 0, fixture.GetProperty("cases").GetArrayLength() / 50);
    }
}
