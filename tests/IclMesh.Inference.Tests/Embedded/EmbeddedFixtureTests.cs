using System.Text.Json;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Tests.Embedded;

/// <summary>The engine computes what the trainer computed from the same fp16 weights (`tests/fixtures/README.md` says by which command).</summary>
public sealed class EmbeddedFixtureTests(EmbeddedModels models) : IClassFixture<EmbeddedModels>
{
    // Two implementations in fp32 that sum in different orders; logits are of the order of 10.
    private const float LogitTolerance = 2e-3f;
    private const float EmbeddingTolerance = 1e-4f;

    [Fact]
    public void Encode_FixturePrompts_GivesTheTrainersTokens()
    {
        var tokenizer = models.Tiny.Source.Tokenizer;

        foreach (var (text, ids) in Cases("iclmesh-tiny"))
        {
            Assert.Equal(ids, tokenizer.Encode(text, scope: SpecialTokenScope.Everywhere).Select(token => token.Id));
        }
    }

    [Fact]
    public async Task Score_FixturePrompts_GivesTheTrainersLogits()
    {
        var model = models.Tiny;
        var tokenizer = model.Source.Tokenizer;
        string[] words = ["positive", "negative", "sports", "business", "green", "world", "the", "."];

        foreach (var ((text, _), index) in Cases("iclmesh-tiny").Select((one, index) => (one, index)))
        {
            var logits = Tensor("iclmesh-tiny", $"{index}.logits");
            var call = new ScoreCall { Segments = [new(SegmentKind.Query, text) { Scope = SpecialTokenScope.Everywhere }], Choices = [.. words.Select(word => $" {word}")] };

            var outcome = await model.ScoreAsync(call, TestContext.Current.CancellationToken);

            // Log-probabilities are logits less one common number; differences to the first word drop it.
            foreach (var (word, choice) in words.Zip(outcome.Choices).Skip(1))
            {
                var expected = logits[tokenizer.FindToken(word)!.Value] - logits[tokenizer.FindToken(words[0])!.Value];
                Assert.Equal(expected, choice.LogProbability - outcome.Choices[0].LogProbability, LogitTolerance);
            }
        }
    }

    [Fact]
    public async Task Score_FixturePrompt_GivesTheTrainersAttention()
    {
        var model = models.Tiny;
        var (text, ids) = Cases("iclmesh-tiny")[0];
        var pieces = text.Split("[NL] ");
        var segments = new List<PromptSegment>();
        for (var demonstration = 0; demonstration + 1 < pieces.Length; demonstration++)
        {
            segments.Add(new(SegmentKind.DemonstrationInput, $"{pieces[demonstration]}[NL] ", $"{demonstration}") { Scope = SpecialTokenScope.Everywhere });
        }

        segments.Add(new(SegmentKind.Query, pieces[^1]) { Scope = SpecialTokenScope.Everywhere });
        var call = new ScoreCall { Segments = segments, Choices = [" positive"], Poolings = [AttentionPooling.Max] };

        var outcome = await model.ScoreAsync(call, TestContext.Current.CancellationToken);

        var (layers, heads, length) = (model.Source.Configuration.Layers, model.Source.Configuration.Heads, ids.Length);
        for (var layer = 0; layer < layers; layer++)
        {
            var expected = Tensor("iclmesh-tiny", $"0.attention.{layer}");
            for (var head = 0; head < heads; head++)
            {
                var row = expected.AsSpan(((head * length) + length - 1) * length, length).ToArray();
                foreach (var span in outcome.Prompt.Spans.SkipLast(1).Index())
                {
                    var largest = row[span.Item.Start..span.Item.End].Max();
                    Assert.Equal(largest, outcome.Attention[0][((((layer * heads) + head) * (pieces.Length - 1)) + span.Index)], 1e-4f);
                }
            }
        }
    }

    [Fact]
    public async Task Embed_FixtureTexts_GivesTheTrainersVectors()
    {
        var encoder = models.Encoder;
        var cases = Cases("iclmesh-tiny-embed");
        var expected = Tensor("iclmesh-tiny-embed", "embeddings");

        var outcome = await encoder.EmbedAsync([.. cases.Select(one => one.Text)], TestContext.Current.CancellationToken);

        Assert.All(cases, one => Assert.Equal(one.Ids, encoder.Source.Tokenizer.Encode(one.Text, addSpecialTokens: true).Select(token => token.Id)));
        var actual = outcome.Vectors.SelectMany(vector => vector).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, EmbeddingTolerance));
    }

    [Fact]
    public async Task Embed_ShippedTopics_NearestNeighboursShareTheLabel()
    {
        var encoder = models.Encoder;
        var rows = Demonstrations.Read("topics.jsonl");

        var vectors = (await encoder.EmbedAsync([.. rows.Select(row => row.Text)], TestContext.Current.CancellationToken)).Vectors;

        var same = rows.Select((row, i) => rows.Index().Where(other => other.Index != i)
            .MaxBy(other => vectors[i].Zip(vectors[other.Index], (a, b) => a * b).Sum()).Item.Label == row.Label).Count(hit => hit);
        // Chance is one in four.
        Assert.True(same >= 0.75 * rows.Count, $"{same} of {rows.Count}");
    }

    private static List<(string Text, int[] Ids)> Cases(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{name}.json")));
        return
        [
            .. json.RootElement.EnumerateArray().Select(one =>
                (one.GetProperty("text").GetString()!, one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())),
        ];
    }

    private static float[] Tensor(string name, string tensor)
    {
        using var file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{name}.safetensors"));
        var values = new float[file.Tensors[tensor].Count];
        file.Read(tensor, values);
        return values;
    }
}
