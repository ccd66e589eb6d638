using System.Text.Json;
using IclMesh.Inference.Text.Chat;

namespace IclMesh.Inference.Tests.Chat;

public class ChatTemplateJinjaTests
{
    private static readonly JsonElement Fixture =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "jinja.json"))).RootElement;

    private static readonly Dictionary<string, object?> Variables =
        Fixture.GetProperty("variables").EnumerateObject().ToDictionary(variable => variable.Name, variable => (object?)variable.Value);

    public static TheoryData<string> Cases => [.. Fixture.GetProperty("cases").EnumerateArray().Select(expected => expected.GetRawText())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_SmallTemplate_EqualsJinja(string fixture)
    {
        var expected = JsonDocument.Parse(fixture).RootElement;
        var template = expected.GetProperty("template").GetString()!;

        if (expected.TryGetProperty("rendered", out var rendered))
        {
            Assert.Equal(rendered.GetString(), ChatTemplate.Parse(template).Render(Variables, TimeProvider.System));
        }
        else if (expected.TryGetProperty("raised", out var message))
        {
            var error = Assert.Throws<MeshException>(() => ChatTemplate.Parse(template).Render(Variables, TimeProvider.System));
            Assert.Equal(message.GetString(), Assert.Single(error.Violations).Description);
        }
        else if (expected.GetProperty("fails").GetString() == "parse")
        {
            Assert.Throws<MeshException>(() => ChatTemplate.Parse(template));
        }
        else
        {
            var parsed = ChatTemplate.Parse(template);
            Assert.Throws<MeshException>(() => parsed.Render(Variables, TimeProvider.System));
        }
    }
}
