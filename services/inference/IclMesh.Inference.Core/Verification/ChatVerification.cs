using System.Text.Json;
using IclMesh.Inference.Text.Chat;

namespace IclMesh.Inference.Core.Verification;

/// <summary>Chat templates and their renderings, or the error that a template raises.</summary>
internal static class ChatVerification
{
    /// <summary>Renders every case.</summary>
    public static IReadOnlyList<VerificationCheck> Run(JsonElement expected, string name)
    {
        var texts = new Comparison(name, "renderings of conversations that differ", 0);
        var errors = new Comparison(name, "refusals of conversations that differ", 0);
        var row = 0;
        foreach (var entry in expected.GetProperty("cases").EnumerateArray())
        {
            var template = ChatTemplate.Parse(expected.GetProperty("templates").GetProperty(entry.GetProperty("template").GetString()!).GetString()!);
            var variables = new Dictionary<string, object?>
            {
                ["messages"] = entry.GetProperty("messages"),
                ["add_generation_prompt"] = entry.GetProperty("add_generation_prompt").GetBoolean(),
                ["bos_token"] = expected.GetProperty("bos_token").GetString(),
                ["eos_token"] = expected.GetProperty("eos_token").GetString(),
            };
            var place = $"case {row++}";
            try
            {
                var text = template.Render(variables, TimeProvider.System);
                texts.AddExact(entry.TryGetProperty("rendered", out var rendered) && rendered.GetString() == text, place);
            }
            catch (MeshException refusal)
            {
                errors.AddExact(
                    entry.TryGetProperty("error", out var error) && refusal.Message.Contains(error.GetString()!, StringComparison.Ordinal), place);
            }
        }

        return [texts.Check, errors.Check];
    }
}
