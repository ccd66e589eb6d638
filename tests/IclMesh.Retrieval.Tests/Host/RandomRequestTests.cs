using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;
using IclMesh.Testing.Requests;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.Retrieval.Tests.Host;

/// <summary>Whatever the protos can spell is answered, or refused with a status that says what to change.</summary>
public abstract class RandomRequestTests : IAsyncLifetime
{
    private InProcessHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        host = await InProcessHost.StartAsync(builder => builder.AddRetrieval(), app => app.MapRetrieval(), await SettingsAsync());

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AnyRequest_OfAnyRpc_IsAnsweredOrRefusedByName()
    {
        var requests = int.Parse(Environment.GetEnvironmentVariable("ICLMESH_RANDOM_REQUESTS") ?? "60", null);
        var caller = new RpcCaller(host!.Channel.CreateCallInvoker());
        var failures = new List<string>();
        var codes = new Dictionary<StatusCode, int>();
        foreach (var (place, method) in RetrievalService.Descriptor.Methods.Index())
        {
            var generator = new RequestGenerator(method.InputType, RetrievalSeeds.All[method.Name], seed: place);
            for (var i = 0; i < requests; i++)
            {
                if (i % 20 == 0)
                {
                    await FillAsync(caller);
                }

                var request = generator.Next();
                var status = await caller.CallAsync(method, method.IsClientStreaming ? [request, generator.Next()] : [request], Token);
                codes[status.StatusCode] = codes.GetValueOrDefault(status.StatusCode) + 1;
                if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable or StatusCode.DataLoss)
                {
                    failures.Add($"{method.Name}, seed {place}, request {i}: {status} to {Shorten(request)}");
                }
            }
        }

        Assert.Empty(failures);
        Assert.True(codes[StatusCode.OK] > requests && codes[StatusCode.InvalidArgument] > requests, string.Join(", ", codes));
    }

    [Fact]
    public void Generator_SameSeed_MakesTheSameRequestsOfItsType()
    {
        var method = RetrievalService.Descriptor.FindMethodByName("Search");
        var (one, other, another) = (new RequestGenerator(method.InputType, RetrievalSeeds.All[method.Name], 7), new RequestGenerator(method.InputType, RetrievalSeeds.All[method.Name], 7), new RequestGenerator(method.InputType, RetrievalSeeds.All[method.Name], 8));

        var first = Enumerable.Range(0, 200).Select(_ => one.Next()).ToArray();

        Assert.Equal(first, Enumerable.Range(0, 200).Select(_ => other.Next()));
        Assert.NotEqual(first, Enumerable.Range(0, 200).Select(_ => another.Next()));
        Assert.All(first, request => Assert.IsType<SearchRequest>(request));
        Assert.All(method.InputType.Fields.InFieldNumberOrder(), field => Assert.Contains(first, request => Touched(field, request, RetrievalSeeds.All[method.Name][0])));
    }

    /// <summary>Configuration of a service over an empty store.</summary>
    protected abstract Task<(string Key, string Value)[]> SettingsAsync();

    /// <summary>Removes what the store left.</summary>
    protected abstract ValueTask CleanUpAsync();

    private static bool Touched(FieldDescriptor field, IMessage request, IMessage valid) =>
        !Equals(field.Accessor.GetValue(request), field.Accessor.GetValue(valid));

    private static string Shorten(IMessage request) => request.ToString() is { Length: > 600 } text ? text[..600] : request.ToString()!;

    private static async Task FillAsync(RpcCaller caller)
    {
        foreach (var (name, request) in RetrievalSeeds.Fill)
        {
            await caller.CallAsync(RetrievalService.Descriptor.FindMethodByName(name), [request], Token);
        }
    }
}
