using Grpc.Core;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.Testing.Requests;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.Inference.Tests.Host;

/// <summary>Whatever the protos can spell is answered, or refused by name.</summary>
public sealed class InferenceFuzzTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private const int Calls = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Methods => [.. InferenceService.Descriptor.Methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task AnyRequest_OfAnyRpc_IsNeverInternal(string name)
    {
        await using var host = await models.StartAsync();
        var caller = new RpcCaller(host.Channel.CreateCallInvoker());
        var method = InferenceService.Descriptor.FindMethodByName(name);
        var seeds = InferenceSeeds.All("tiny-llama", "tiny-encoder")[name];
        var generator = new RequestGenerator(method.InputType, seeds, seed: 16);

        for (var call = -seeds.Length; call < Calls; call++)
        {
            // The first calls are the valid ones: a seed that is refused would test little.
            var request = call < 0 ? seeds[call + seeds.Length] : generator.Next();
            using var patience = new CancellationTokenSource(Patience);
            var status = await caller.CallAsync(method, [request], patience.Token);

            var wrong = status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DeadlineExceeded;
            if (wrong || (call < 0 && status.StatusCode is not (StatusCode.OK or StatusCode.FailedPrecondition)))
            {
                var shown = $"{request}";
                Assert.Fail($"{name}, call {call}: {status}\n{(shown.Length < 2000 ? shown : shown[..2000])}");
            }
        }
    }
}
