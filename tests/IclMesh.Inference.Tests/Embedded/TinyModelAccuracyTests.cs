namespace IclMesh.Inference.Tests.Embedded;

/// <summary>The committed decoder learns from its prompt. Episodes are fixed, so counts repeat; thresholds lie near the card's figures and far above chance.</summary>
public sealed class TinyModelAccuracyTests(EmbeddedModels models) : IClassFixture<EmbeddedModels>
{
    private static readonly string[] labelWords = ["apple", "river", "seven", "green", "lion", "north", "music", "stone"];

    [Theory]
    [InlineData(2, 0.85)]
    [InlineData(4, 0.72)]
    public async Task Score_SixteenSyntheticDemonstrations_FindsTheClass(int classes, double atLeast)
    {
        const int Episodes = 60;
        var model = models.Tiny;
        var words = Vocabulary(model.Source.Tokenizer);
        var right = 0;

        for (var seed = 0; seed < Episodes; seed++)
        {
            var random = new Random(seed);
            var episode = new SyntheticEpisode(words, classes, labelWords, random);
            var outcome = await model.ScoreAsync(
                EmbeddedModels.Call(episode.Draw(16, random), episode.Query(random, out var answer), episode.Labels), TestContext.Current.CancellationToken);
            right += Best(outcome.Probabilities) == answer ? 1 : 0;
        }

        Assert.True((double)right / Episodes >= atLeast, $"{right} of {Episodes} right");
    }

    [Theory]
    [InlineData("topics", 0.75)]
    [InlineData("sentiment", 0.8)]
    public async Task Score_ShippedDemonstrations_LabelsTheShippedTexts(string name, double atLeast)
    {
        var rows = Demonstrations.Read($"{name}.jsonl");

        var accuracy = await LeaveOneOut(rows, relabel: label => label);

        Assert.True(accuracy >= atLeast, $"accuracy {accuracy:F3}");
    }

    [Fact]
    public async Task Score_LabelsExchangedInThePrompt_FollowsThePrompt()
    {
        var rows = Demonstrations.Read("sentiment.jsonl");

        var accuracy = await LeaveOneOut(rows, relabel: label => label == "Positive" ? "Negative" : "Positive");

        Assert.True(accuracy >= 0.8, $"accuracy {accuracy:F3}");
    }

    [Theory]
    [InlineData("topics")]
    [InlineData("sentiment")]
    public async Task Score_ShippedInputs_GetTheLabelTheyShould(string name)
    {
        var model = models.Tiny;
        var demonstrations = Demonstrations.Read($"{name}.jsonl");
        string[] labels = [.. demonstrations.Select(row => row.Label).Distinct()];

        foreach (var (text, label) in Demonstrations.Read($"{name}.inputs.jsonl"))
        {
            var outcome = await model.ScoreAsync(
                EmbeddedModels.Call(demonstrations[..16], text, labels), TestContext.Current.CancellationToken);

            Assert.Equal(label, labels[Best(outcome.Probabilities)]);
        }
    }

    private async Task<double> LeaveOneOut(List<(string Text, string Label)> rows, Func<string, string> relabel)
    {
        var model = models.Tiny;
        var renamed = rows.ConvertAll(row => (row.Text, Label: relabel(row.Label)));
        string[] labels = [.. renamed.Select(row => row.Label).Distinct()];
        var right = 0;
        for (var query = 0; query < renamed.Count; query++)
        {
            var others = renamed.Where((_, index) => index != query).ToArray();
            new Random(query).Shuffle(others);
            var outcome = await model.ScoreAsync(
                EmbeddedModels.Call(others[..16], renamed[query].Text, labels), TestContext.Current.CancellationToken);
            right += labels[Best(outcome.Probabilities)] == renamed[query].Label ? 1 : 0;
        }

        return (double)right / rows.Count;
    }

    private static int Best(IReadOnlyList<double> probabilities) => probabilities.Index().MaxBy(pair => pair.Item).Index;

    private static string[] Vocabulary(Text.Tokens.ITextTokenizer tokenizer) =>
    [
        .. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenText)
            .Where(token => token.Length > 2 && token.All(char.IsAsciiLetterLower)).Take(2600),
    ];
}
