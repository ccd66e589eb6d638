using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Tokenization.Loading;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

public class TokenizerGoldenTests
{
    [Theory]
    [InlineData("byte-level-llama3")]
    [InlineData("byte-level-qwen2")]
    [InlineData("metaspace-byte-fallback")]
    [InlineData("wordpiece-cased")]
    public void Encode_TokenizerJson_EqualsTheReferenceOnEveryRow(string name)
    {
        var tokenizer = TokenizerJson.Read(SharedData.Find("golden", "tokenizers", name, "tokenizer.json"), new());

        var rows = GoldenRow.Read(SharedData.Find("golden", "tokenizers", name, "expected.jsonl"));

        Assert.Equal(127, rows.Count);
        Assert.All(rows, row => row.Check(tokenizer));
    }

    [Fact]
    public void Encode_GgufOfSmolLm2_EqualsTheReferenceOnEveryRow()
    {
        using var file = GgufFile.Open(SharedData.Find("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var tokenizer = GgufTokenizer.Read(file);

        var rows = GoldenRow.Read(SharedData.Find("golden", "smollm2", "tokenizer.jsonl"));

        Assert.Equal(259, rows.Count);
        Assert.All(rows, row => row.Check(tokenizer));
    }
}
