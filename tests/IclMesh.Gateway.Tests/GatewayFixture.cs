using System.Net;
using Grpc.Net.Client;
using IclMesh.Gateway.Tests.Fakes;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;
using IclMesh.Testing;
using IclMesh.Testing.Requests.Seeds;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IclMesh.Gateway.Tests;

/// <summary>A gateway and three services that answer as a test wants, each on a loopback port.</summary>
internal sealed class GatewayFixture : IAsyncDisposable
{
    private readonly List<LoopbackHost> hosts = [];
    private readonly TemporaryFolder folder = new();
    private GrpcChannel? channel;

    public FakeInference Inference { get; } = new();

    public FakeRetrieval Retrieval { get; } = new();

    public FakeKernel Kernel { get; } = new();

    public FakeEvaluation Evaluation { get; } = new();

    /// <summary>Where the gateway's database lies.</summary>
    public string Folder => folder.Path;

    /// <summary>The gateway's clock.</summary>
    public ShiftedClock Clock { get; } = new();

    public GatewayService.GatewayServiceClient Client => new(channel!);

    public JobService.JobServiceClient Jobs => new(channel!);

    public Grpc.Core.CallInvoker Invoker => channel!.CreateCallInvoker();

    public TaskService.TaskServiceClient Tasks => new(channel!);

    /// <summary>Calls the gateway without a client.</summary>
    public Grpc.Core.CallInvoker Calls => channel!.CreateCallInvoker();

    /// <summary>Talks to the gateway as a web page does, but over HTTP/2, which is what its port serves.</summary>
    public HttpClient CreateHttp() => new()
    {
        BaseAddress = new(hosts[^1].Address),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <inheritdoc cref="GatewaySeeds.Reviews"/>
    public static PredictionTask Reviews(string name = "reviews") => GatewaySeeds.Reviews(name);

    /// <inheritdoc cref="GatewaySeeds.Request"/>
    public static PredictRequest Request(int k = 2) => GatewaySeeds.Request(k);

    /// <param name="settings">Settings of the gateway; an address given here replaces a service's own.</param>
    public static async Task<GatewayFixture> StartAsync(params (string Key, string Value)[] settings)
    {
        var fixture = new GatewayFixture();
        var configuration = new Dictionary<string, string?>
        {
            ["Mesh:inference"] = await fixture.HostAsync(fixture.Inference),
            ["Mesh:retrieval"] = await fixture.HostAsync(fixture.Retrieval),
            ["Mesh:kernel"] = await fixture.HostKernelAsync(),
            ["Gateway:Store:Folder"] = fixture.folder.Path,
        };
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        var gateway = await LoopbackHost.StartAsync(
            b =>
            {
                b.AddGateway();
                b.Services.AddSingleton<TimeProvider>(fixture.Clock);
            },
            a => a.MapGateway(),
            configuration);
        fixture.hosts.Add(gateway);
        fixture.channel = GrpcChannel.ForAddress(gateway.Address);
        return fixture;
    }

    public async Task<PredictResponse> PredictAsync(PredictRequest request) =>
        await Client.PredictAsync(request, cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        channel?.Dispose();
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        folder.Dispose();
    }

    private Task<string> HostAsync<TService>(TService service)
        where TService : class =>
        HostAsync(b => b.Services.AddSingleton(service), a => a.MapGrpcService<TService>());

    private Task<string> HostKernelAsync() => HostAsync(
        b => b.Services.AddSingleton(Kernel).AddSingleton(Evaluation),
        a =>
        {
            a.MapGrpcService<FakeKernel>();
            a.MapGrpcService<FakeEvaluation>();
        });

    private async Task<string> HostAsync(Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var host = await LoopbackHost.StartAsync(add, map);
        hosts.Add(host);
        return host.Address;
    }
}
