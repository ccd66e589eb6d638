using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IclMesh.Kernel.V1;
using IclMesh.Testing.Requests;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.Kernel.Tests.Fuzz;

/// <summary>Whatever the protos can spell is answered, or refused by name.</summary>
public sealed class KernelFuzzTests
{
    private const int Calls = 60;
    private const int Seed = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Methods => [.. Rpcs().Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task AnyRequest_OfAnyRpc_IsNeverInternal(string name)
    {
        await using var host = await InProcessHost.StartAsync(
            builder => builder.AddKernel(), app => app.MapKernel(), ("Kernel:MaxMultiplyAdds", "5000000000"), ("Kernel:MaxBytes", "200000000"));
        var caller = new RpcCaller(host.Channel.CreateCallInvoker());
        var method = Rpcs().Single(rpc => rpc.Name == name);
        var seeds = KernelSeeds.All[name];
        var generator = new RequestGenerator(method.InputType, seeds, Seed);

        for (var call = -1; call < Calls; call++)
        {
            // The first call is the valid one: a seed that is refused would test little.
            IReadOnlyList<IMessage> requests = call < 0 ? method.IsClientStreaming ? seeds : [seeds[0]]
                : method.IsClientStreaming ? [.. seeds.Select(seed => call % 2 == 0 ? seed : generator.Next()), generator.Next()]
                : [generator.Next()];
            using var patience = new CancellationTokenSource(Patience);
            var status = await caller.CallAsync(method, requests, patience.Token);

            if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DeadlineExceeded || (call < 0 && status.StatusCode != StatusCode.OK))
            {
                Assert.Fail($"{name}, call {call}: {status}\n{Shown(requests)}");
            }
        }
    }

    private static IEnumerable<MethodDescriptor> Rpcs() =>
        new[] { KernelService.Descriptor, EvaluationService.Descriptor, HeadAnalysisService.Descriptor, TheoryLabService.Descriptor }.SelectMany(service => service.Methods);

    private static string Shown(IReadOnlyList<IMessage> requests)
    {
        var text = string.Join('\n', requests);
        return text.Length < 2000 ? text : text[..2000];
    }
}
