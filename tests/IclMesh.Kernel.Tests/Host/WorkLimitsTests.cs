using Grpc.Core;
using IclMesh.Kernel.EvaluateKernel;
using IclMesh.Kernel.RunRegression;
using IclMesh.Kernel.V1;
using IclMesh.Kernel.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel.Tests.Host;

/// <summary>Tests that look at what the process allocates run by themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationTests
{
    public const string Name = "allocation";
}

/// <summary>Small requests must not hold more memory together than the service has.</summary>
[Collection(AllocationTests.Name)]
public sealed class WorkLimitsTests
{
    private const int Rows = 1500;

    private static readonly Dictionary<string, Func<WorkLimits, object>> Calls = new()
    {
        {
            "EvaluateKernel",
            limits => new EvaluateKernelHandler(Defaults, limits).Handle(new() { Features = Samples(Rows), Queries = Samples(Rows), Kernel = new() { Function = KernelFunction.Rbf } }, default)
        },
        {
            "RunRegression, ridge with residuals",
            limits => new RunRegressionHandler(Defaults, limits).Handle(
                new() { Labels = Samples(Rows), FeatureData = new() { Features = Samples(Rows), Queries = Samples(Rows) }, KernelRidge = new() { Ridge = 0.1 }, LeaveOneOut = true, Leverages = true }, default)
        },
        {
            "RunRegression, bootstrap",
            limits => new RunRegressionHandler(Defaults, limits).Handle(
                new() { Labels = Samples(Rows), FeatureData = new() { Features = Samples(Rows), Queries = Samples(Rows) }, NadarayaWatson = new(), WildBootstrap = new() { Replicates = 500, Level = 0.9 } }, default)
        },
        {
            "RunRegression, influence",
            limits => new RunRegressionHandler(Defaults, limits).Handle(
                new() { Labels = Samples(Rows), FeatureData = new() { Features = Samples(Rows), Queries = Samples(Rows) }, NadarayaWatson = new(), Influence = true }, default)
        },
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    private static IOptions<KernelOptions> Defaults => Options.Create(new KernelOptions());

    [Theory]
    [MemberData(nameof(Names))]
    public void Estimate_OfACall_CoversWhatItAllocates(string name)
    {
        var call = Calls[name];
        var limits = new WorkLimits(Defaults);
        using (limits.Begin())
        {
            call(limits);
        }

        using var admission = limits.Begin();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var answer = call(limits);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // Allocated is more than held at once: what a step leaves behind counts.
        Assert.True(allocated <= (1.3 * admission.Bytes) + (8 << 20), $"{name}: {allocated} allocated, {admission.Bytes} estimated");
        GC.KeepAlive(answer);
    }

    [Fact]
    public async Task Call_WhileOthersHoldTheBudget_IsToldToWaitAndPassesLater()
    {
        await using var host = await InProcessHost.StartAsync(b => b.AddKernel(), a => a.MapKernel(), ("Kernel:MaxTotalBytes", "10000000"), ("Kernel:MaxBytes", "9999000"));
        var client = new KernelService.KernelServiceClient(host.Channel);
        var request = new EvaluateKernelRequest { Features = Samples(20), Queries = Samples(20), Kernel = new() { Function = KernelFunction.Rbf } };
        async Task CallAsync() => await client.EvaluateKernelAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        using (var other = host.Services.GetRequiredService<WorkLimits>().Begin())
        {
            other.Reach(9_999_000);

            var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.QueueFull, CallAsync);

            Assert.Equal("10000000", info.Metadata["limit"]);
        }

        // Every call gives back what it held, whether it was answered or refused.
        for (var i = 0; i < 2000; i++)
        {
            await CallAsync();
        }
    }

    [Fact]
    public void Budget_OfTheContainer_IsTheDefault()
    {
        var options = new KernelOptions();

        Assert.Equal(ByteBudget.Available / 2, options.MaxTotalBytes);
        Assert.InRange(options.MaxBytes, 1, ByteBudget.Available / 4);
    }

    private static Samples Samples(int rows) => WireValues.Samples([.. Enumerable.Range(0, rows).Select(i => (double)(i % 7))], rows, 1, single: false);
}
