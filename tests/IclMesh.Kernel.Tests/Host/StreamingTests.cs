using Grpc.Core;
using IclMesh.Kernel.V1;
using IclMesh.Kernel.Verification;

namespace IclMesh.Kernel.Tests.Host;

public sealed class StreamingTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HeadAnalysisService.HeadAnalysisServiceClient Analysis => new(kernel.Host.Channel);

    private TheoryLabService.TheoryLabServiceClient Lab => new(kernel.Host.Channel);

    [Fact]
    public async Task ScanHeads_PlantedHead_BecomesAProfileThatExplainsPredictions()
    {
        using var call = Analysis.ScanHeads(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Options = Options() }, Token);
        for (var p = 0; p < 60; p++)
        {
            var label = p / 2 % 2;
            await call.RequestStream.WriteAsync(new() { Prompt = Prompt(label, report: p % 2 == 1) }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var report = await call;

        Assert.Equal((1, 0), (report.BestHead.Layer, report.BestHead.Head));
        Assert.Equal(1, report.BestHeadScore.Agreement.Estimate);
        Assert.True(report.MixtureScore.BeatsNull);
        Assert.Equal("label", report.ProfilePooling);
        Assert.Equal(30, report.Profile.Faithfulness.Prompts);
        var explained = await kernel.Client.ExplainPredictionAsync(
            new() { Labels = { 0, 1 }, ModelProbabilities = { 0.2, 0.8 }, Attention = Attention(1), Profile = report.Profile }, cancellationToken: Token);
        Assert.True(explained.Views[0].Agrees);
        Assert.False(explained.Weak);
    }

    [Fact]
    public async Task ScanHeads_BrokenStreams_NameTheirPlace()
    {
        async Task Send(params ScanHeadsRequest[] requests)
        {
            using var call = Analysis.ScanHeads(cancellationToken: Token);
            foreach (var request in requests)
            {
                await call.RequestStream.WriteAsync(request, Token);
            }

            await call.RequestStream.CompleteAsync();
            await call;
        }

        var wrongShape = Prompt(0, report: false);
        wrongShape.Labels.Add(0);
        await RpcAssert.RefusesAsync("options", () => Send());
        await RpcAssert.RefusesAsync("prompt", () => Send(new ScanHeadsRequest { Options = Options() }, new() { Prompt = Prompt(0, report: false) }));
        await RpcAssert.RefusesAsync("prompt[0].attention[0].shape", () => Send(new ScanHeadsRequest { Options = Options() }, new() { Prompt = wrongShape }));
    }

    [Fact]
    public async Task CrossValidateProbes_AndTheRest_Answer()
    {
        using var probes = Analysis.CrossValidateProbes(cancellationToken: Token);
        await probes.RequestStream.WriteAsync(
            new() { Options = new() { Classes = { 0, 1, 0, 1, 0, 1 }, ClassCount = 2, Groups = { 0, 0, 1, 1, 2, 2 }, Folds = 3 } }, Token);
        await probes.RequestStream.WriteAsync(
            new() { Site = new() { Name = "value", Features = WireValues.Samples([-1, 1, -1, 1, -1, 1], 6, 1, single: true) } }, Token);
        await probes.RequestStream.CompleteAsync();
        Assert.Equal(1, Assert.Single((await probes).Sites).Accuracy.Estimate);

        using var correlation = Analysis.CorrelateAttention(cancellationToken: Token);
        await correlation.RequestStream.WriteAsync(
            new() { Attention = KernelHost.Tensor([1, 1, 3], 0.1f, 0.2f, 0.3f), Similarities = new() { Values = { 1, 2, 3 } } }, Token);
        await correlation.RequestStream.CompleteAsync();
        Assert.Equal(1, Assert.Single((await correlation).Heads).Estimate, 1e-6);

        using var aligned = Analysis.AlignAttention(cancellationToken: Token);
        await aligned.RequestStream.WriteAsync(
            new()
            {
                Attention = KernelHost.Tensor([1, 1, 4], 0.1f, 0.2f, 0.3f, 0.4f),
                Inputs = { new TokenRange { Start = 0, End = 2 } },
                Labels = { new TokenRange { Start = 2, End = 3 } },
                Query = new() { Start = 3, End = 4 },
            },
            Token);
        await aligned.RequestStream.CompleteAsync();
        Assert.Equal(61, (await aligned).Mean.Columns);

        var induction = await Analysis.ScoreInductionAsync(
            new() { Tokens = { 4, 5, 4 }, Attention = KernelHost.Tensor([1, 3, 3], 1, 0, 0, 0, 1, 0, 0, 1, 0) }, cancellationToken: Token);
        Assert.Equal([1], induction.PrefixMatching);
    }

    [Fact]
    public async Task RunTable3_SmallSetting_ReportsLast()
    {
        using var call = Lab.RunTable3(Table3(models: 2), cancellationToken: Token);

        var messages = await call.ResponseStream.ReadAllAsync(Token).ToListAsync(Token);

        Assert.Equal([1, 4], messages[^1].Report.Rows.Select(row => row.N));
        Assert.All(messages.SkipLast(1), message => Assert.InRange(message.Progress, 0, 1));
    }

    [Fact]
    public async Task RunTable3_Cancelled_EndsAsCancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var call = Lab.RunTable3(Table3(models: 1000), cancellationToken: source.Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        await source.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Token))
            {
            }
        });
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Lab_BrokenFields_AreNamed_AndHugeProblemsRefused()
    {
        var notStochastic = new CheckIdentityRequest
        {
            Model = new()
            {
                Transition = WireValues.Samples([0.5, 0.4, 0, 1], 2, 2, single: false).Fp64,
                Emission = WireValues.Samples([1, 0, 0, 1], 2, 2, single: false).Fp64,
                Starts = { 0 },
            },
        };

        await RpcAssert.RefusesAsync("transition", () => Lab.CheckIdentityAsync(notStochastic, cancellationToken: Token).ResponseAsync);
        foreach (var temperature in new[] { 1e-320, 9e-4, 1001, double.MaxValue })
        {
            await RpcAssert.RefusesAsync("model.temperature", () => Lab.MeasureBiasAsync(new() { Model = new() { Temperature = temperature } }, cancellationToken: Token).ResponseAsync);
        }

        await RpcAssert.RefusesAsync("length", () => Lab.CheckIdentityAsync(new() { Length = 13 }, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("task", () => Lab.MeasureBiasAsync(new() { Task = 3 }, cancellationToken: Token).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.ProblemTooLarge, () =>
            Lab.CheckIdentityAsync(new() { Model = new() { States = 200, Observations = 1000 }, Length = 12 }, cancellationToken: Token).ResponseAsync);
    }

    private static RunTable3Request Table3(int models) => new()
    {
        Seed = 1,
        Models = models,
        Prompts = 4,
        States = 10,
        Observations = 8,
        Tasks = 3,
        Samples = 60,
        Counts = { 1, 4 },
    };

    private static ScanHeadsOptions Options() => new()
    {
        Layers = 2,
        Heads = 1,
        Classes = 2,
        Poolings = { "label" },
        Permutations = 20,
        Seed = 1,
        ProfileName = "planted",
    };

    private static RecordedPrompt Prompt(int label, bool report) => new()
    {
        Attention = { Attention(label) },
        Labels = { 0, 1 },
        ModelLabel = label,
        LogProbabilities = { Math.Log(label == 0 ? 0.8 : 0.2), Math.Log(label == 0 ? 0.2 : 0.8) },
        Report = report,
    };

    private static IclMesh.Type.V1.Tensor Attention(int label) => KernelHost.Tensor([2, 1, 2], 0.1f, 0.1f, label == 0 ? 0.4f : 0.1f, label == 0 ? 0.1f : 0.4f);
}
