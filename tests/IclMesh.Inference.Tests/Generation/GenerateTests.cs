using System.Text.Json.Nodes;
using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Generation;

public sealed class GenerateTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    [Fact]
    public async Task Generate_Greedy_EqualsThePlainReference()
    {
        using var source = ModelSources.Open(models.Llama);
        var sequence = source.Tokenizer.Encode("the start").Select(token => token.Id).ToList();
        var prompt = sequence.Count;
        while (sequence.Count < prompt + 12)
        {
            var last = new PlainDecoder(source).Run([.. sequence]).Logits[^1];
            sequence.Add(Array.IndexOf(last, last.Max()));
        }

        var pieces = await Run(new() { Prompt = "the start", MaxTokens = 12 });

        Assert.Equal(sequence.Skip(prompt), pieces.Select(piece => piece.Token!.Value));
        Assert.Equal(FinishReason.MaxTokens, pieces[^1].Finish);
        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Finish));
    }

    [Fact]
    public async Task Generate_Choices_GivesOneOfThem()
    {
        string[] choices = [" yes", " yesterday", " no"];

        foreach (var seed in Enumerable.Range(0, 10))
        {
            var pieces = await Run(new() { Prompt = "q:", Choices = choices, Sampling = new() { Temperature = 3, Seed = seed } });

            Assert.Contains(string.Concat(pieces.Select(piece => piece.Text)), choices);
            Assert.Equal(FinishReason.Choice, pieces[^1].Finish);
        }
    }

    [Fact]
    public async Task Generate_StopToken_EndsWithoutItsText()
    {
        var free = await Run(new() { Prompt = "the start", MaxTokens = 6 });

        var stopped = await Run(new() { Prompt = "the start", MaxTokens = 6, StopTokens = [free[2].Token!.Value] });

        using var source = ModelSources.Open(models.Llama);
        int[] kept = [.. free.Select(piece => piece.Token!.Value).TakeWhile(token => token != free[2].Token)];
        Assert.Equal(FinishReason.StopToken, stopped[^1].Finish);
        Assert.Equal(source.Tokenizer.Decode(kept), string.Concat(stopped.Select(piece => piece.Text)));
    }

    [Theory]
    [InlineData("config.json", 1)]
    [InlineData("config.json", 3)]
    [InlineData("generation_config.json", 1)]
    [InlineData("generation_config.json", 3)]
    public async Task Generate_SeveralEndTokens_StopsAtEach(string file, int place)
    {
        using var folder = new TemporaryFolder();
        var free = await Run(new() { Prompt = "the start", MaxTokens = 6 });
        int[] tokens = [.. free.Select(piece => piece.Token!.Value)];
        var end = tokens[place];
        var model = folder.Copy(models.Llama, "ends");
        ModelCopies.Change(model, file, settings => settings["eos_token_id"] = new JsonArray(256, end));

        var stopped = await Run(model, new() { Prompt = "the start", MaxTokens = 6 });

        Assert.Equal(Array.IndexOf(tokens, end) + 1, stopped.Count);
        Assert.Equal(FinishReason.StopToken, stopped[^1].Finish);
    }

    [Fact]
    public async Task Generate_GenerationConfiguration_OutranksConfiguration()
    {
        using var folder = new TemporaryFolder();
        var end = (await Run(new() { Prompt = "the start", MaxTokens = 1 }))[0].Token!.Value;
        var model = folder.Copy(models.Llama, "ends", settings => settings["eos_token_id"] = end);
        ModelCopies.Change(model, "generation_config.json", settings => settings["eos_token_id"] = 256);

        var pieces = await Run(model, new() { Prompt = "the start", MaxTokens = 3 });

        Assert.Equal(FinishReason.MaxTokens, pieces[^1].Finish);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(601)]
    public async Task Generate_MoreTokensThanTheContext_IsRefused(int tokens)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Run(new() { Prompt = "a", MaxTokens = tokens }));

        Assert.Equal("max_tokens", Assert.Single(error.Violations).Field);
        Assert.Contains("600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_ContextFull_SaysSo()
    {
        var pieces = await Run(new() { Prompt = new string('a', 595), MaxTokens = 100 });

        Assert.Equal(FinishReason.ContextFull, pieces[^1].Finish);
        Assert.Equal(6, pieces.Count);
    }

    [Fact]
    public async Task Generate_LongerThanTheFirstRoom_StillEqualsThePlainReference()
    {
        using var source = ModelSources.Open(models.Llama);
        int[] prompt = [.. source.Tokenizer.Encode("the start").Select(token => token.Id)];

        int[] tokens = [.. (await Run(new() { Prompt = "the start", MaxTokens = 400 })).Select(piece => piece.Token!.Value)];

        var logits = new PlainDecoder(source).Run([.. prompt, .. tokens]).Logits;
        Assert.Equal(400, tokens.Length);
        Assert.Equal(tokens, tokens.Select((_, index) => logits[prompt.Length - 1 + index] is var row ? Array.IndexOf(row, row.Max()) : -1));
    }

    [Fact]
    public async Task Generate_PromptFillsTheContext_NamesLimitAndActual()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Run(new() { Prompt = new string('a', 600) }));

        Assert.Equal((ErrorReasons.ContextTooLong, "599", "600"), (error.Reason, error.Metadata["limit"], error.Metadata["actual"]));
    }

    [Fact]
    public async Task Generate_TopTokens_HoldTheChosenOneFirst()
    {
        var pieces = await Run(new() { Prompt = "the start", MaxTokens = 3, TopTokens = 4 });

        Assert.All(pieces, piece =>
        {
            Assert.Equal(4, piece.Top.Count);
            Assert.Equal((piece.Token!.Value, piece.LogProbability), (piece.Top[0].Id, piece.Top[0].LogProbability));
        });
    }

    private Task<List<GeneratedPiece>> Run(GenerateCall call) => Run(models.Llama, call);

    private async Task<List<GeneratedPiece>> Run(string folder, GenerateCall call)
    {
        await using var workers = new WorkerPool(1);
        using var model = LanguageModel.Load(
            ModelSources.Open(folder), models.Engine, models.Serving, workers, TimeProvider.System, CancellationToken.None);
        var pieces = new List<GeneratedPiece>();
        using (var run = await model.GenerateAsync(call, CancellationToken.None))
        {
            await foreach (var piece in run.Pieces)
            {
                pieces.Add(piece);
            }
        }

        Assert.Equal(0, model.Calls);
        return pieces;
    }
}
