using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Loading;
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
        var tokenizer = TokenizerFiles.ReadJson(SharedData.Find("golden", "tokenizers", name, "tokenizer.json"));

        var rows = GoldenRow.Read(SharedData.Find("golden", "tokenizers", name, "expected.jsonl"));

        Assert.Equal(127, rows.Count);
        Assert.All(rows, row => row.Check(tokenizer));
    }

    [Fact]
    public void Encode_GgufOfSmolLm2_EqualsTheReferenceOnEveryRow()
    {
        using var file = GgufFile.Open(SharedData.Find("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var tokenizer = GgufTokenizer.Read(file.Metadata);

        var rows = GoldenRow.Read(SharedData.Find("golden", "smollm2", "tokenizer.jsonl"));

        Assert.Equal(259, rows.Count);
        Assert.All(rows, row => row.Check(tokenizer));
    }
}
