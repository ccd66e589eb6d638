using System.Text.Json;
using IclMesh.Inference.Text.Chat;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Chat;

public class ChatTemplateGoldenTests
{
    [Fact]
    public void Render_EveryGoldenCase_EqualsJinja()
    {
        var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Find("golden", "chat", "expected.json"))).RootElement;
        var templates = golden.GetProperty("templates").EnumerateObject()
            .ToDictionary(template => template.Name, template => ChatTemplate.Parse(template.Value.GetString()!));

        var cases = golden.GetProperty("cases").EnumerateArray().ToList();

        Assert.Equal(48, cases.Count);
        foreach (var expected in cases)
        {
            var variables = new Dictionary<string, object?>
            {
                ["messages"] = expected.GetProperty("messages"),
                ["add_generation_prompt"] = expected.GetProperty("add_generation_prompt"),
                ["bos_token"] = golden.GetProperty("bos_token"),
                ["eos_token"] = golden.GetProperty("eos_token"),
            };
            var template = templates[expected.GetProperty("template").GetString()!];
            if (expected.TryGetProperty("error", out var message))
            {
                var error = Assert.Throws<MeshException>(() => template.Render(variables, TimeProvider.System));
                Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
                Assert.Equal(message.GetString(), Assert.Single(error.Violations).Description);
            }
            else
            {
                Assert.Equal(expected.GetProperty("rendered").GetString(), template.Render(variables, TimeProvider.System));
            }
        }
    }
}
