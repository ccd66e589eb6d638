using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Testing.Requests;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.Gateway.Tests.Fuzz;

/// <summary>Whatever the protos can spell is answered, or refused by name.</summary>
public sealed class GatewayFuzzTests
{
    private const int Calls = 60;
    private const int Seed = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Methods => [.. Rpcs().Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task AnyRequest_OfAnyRpc_IsNeverInternal(string name)
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:Predictions:Enabled", "true"));
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: TestContext.Current.CancellationToken);
        var caller = new RpcCaller(mesh.Calls);
        var method = Rpcs().Single(rpc => rpc.Name == name);
        var seeds = GatewaySeeds.All[name];
        var generator = new RequestGenerator(method.InputType, seeds, Seed);

        for (var call = 0; call < Calls; call++)
        {
            IReadOnlyList<IMessage> requests = method.IsClientStreaming ? [seeds[0], generator.Next(), generator.Next()] : [generator.Next()];
            using var patience = new CancellationTokenSource(Patience);
            var status = await caller.CallAsync(method, requests, patience.Token);

            if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DeadlineExceeded)
            {
                Assert.Fail($"{name}, call {call}: {status}\n{Shown(requests)}");
            }
        }
    }

    [Fact]
    public async Task EverySeed_IsValid()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:Predictions:Enabled", "true"));
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: TestContext.Current.CancellationToken);
        var caller = new RpcCaller(mesh.Calls);
        foreach (var method in Rpcs())
        {
            foreach (var seed in GatewaySeeds.All[method.Name])
            {
                var status = await caller.CallAsync(method, [seed], TestContext.Current.CancellationToken);

                // What names a prediction that is not kept is found not to be there; a task is replaced with its version only.
                Assert.True(status.StatusCode is StatusCode.OK or StatusCode.NotFound or StatusCode.Aborted, $"{method.Name}: {status}");
            }
        }
    }

    private static IEnumerable<MethodDescriptor> Rpcs() => new[] { GatewayService.Descriptor, TaskService.Descriptor, JobService.Descriptor }.SelectMany(service => service.Methods);

    private static string Shown(IReadOnlyList<IMessage> requests)
    {
        var text = string.Join('\n', requests);
        return text.Length < 2000 ? text : text[..2000];
    }
}
