using System.Text.Json.Nodes;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

/// <summary>A tokenizer.json with one thing changed is read, or refused by name; nothing else.</summary>
public class TokenizerMutantTests
{
    private const string Text = " The film é 😀 नमस्ते <s>[MASK] 12\n";

    [Theory]
    [InlineData("byte-level-llama3")]
    [InlineData("byte-level-qwen2")]
    [InlineData("metaspace-byte-fallback")]
    [InlineData("wordpiece-cased")]
    public void Read_OneThingChanged_IsReadOrRefusedByName(string name)
    {
        var original = JsonNode.Parse(File.ReadAllText(SharedData.Find("golden", "tokenizers", name, "tokenizer.json")))!;
        using var folder = new TemporaryFolder();
        var (mutants, refused) = (0, 0);
        foreach (var path in Paths(original, []))
        {
            foreach (var value in new[] { "removed", "renamed", "null", "-1", "\"x\"", "[]", "{}", "true" })
            {
                if (Mutated(original, path, value) is not { } json)
                {
                    continue;
                }

                mutants++;
                try
                {
                    var tokenizer = TokenizerFiles.ReadJson(folder.Write("tokenizer.json", json));
                    tokenizer.Decode([.. tokenizer.Encode(Text, addSpecialTokens: true, SpecialTokenScope.Everywhere).Select(token => token.Id)]);
                    Assert.False(value == "renamed", $"{string.Join('.', path)} was renamed and passed over");
                }
                catch (MeshException refusal)
                {
                    refused++;
                    Assert.Contains("tokenizer.json", refusal.Message, StringComparison.Ordinal);
                }
            }
        }

        Assert.InRange(mutants, 100, int.MaxValue);
        Assert.InRange(refused, mutants / 4, mutants);
    }

    /// <summary>Every setting; of vocabularies and merges none, of the added tokens those of the first.</summary>
    private static IEnumerable<string[]> Paths(JsonNode? node, string[] path)
    {
        if (path.Length > 0 && path[^1] is "vocab" or "merges" || (path is ["added_tokens", var index, ..] && index != "0"))
        {
            return [];
        }

        var children = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => ($"{i}", item)),
            _ => [],
        };
        return children.SelectMany(child => new[] { (string[])[.. path, child.Item1] }.Concat(Paths(child.Item2, [.. path, child.Item1])));
    }

    private static string? Mutated(JsonNode original, string[] path, string value)
    {
        var copy = original.DeepClone();
        var parent = path[..^1].Aggregate((JsonNode?)copy, (node, name) => node is JsonArray items ? items[int.Parse(name)] : node![name]);
        switch (parent, value)
        {
            case (JsonArray list, "removed"):
                list.RemoveAt(int.Parse(path[^1]));
                break;
            case (JsonArray, "renamed"):
            case (JsonObject, "renamed") when path is [.., "special_tokens", _] || path.Any(name => name is "truncation" or "padding" or "pair"):
                // The first names a token; the others concern callers and pairs of texts, and are not read.
                return null;
            case (JsonArray list, _):
                list[int.Parse(path[^1])] = JsonNode.Parse(value);
                break;
            case (JsonObject fields, "removed"):
                fields.Remove(path[^1]);
                break;
            case (JsonObject fields, "renamed"):
                var kept = fields[path[^1]]?.DeepClone();
                fields.Remove(path[^1]);
                fields[$"{path[^1]}x"] = kept;
                break;
            case (JsonObject fields, _):
                fields[path[^1]] = JsonNode.Parse(value);
                break;
        }

        return copy.ToJsonString();
    }
}
