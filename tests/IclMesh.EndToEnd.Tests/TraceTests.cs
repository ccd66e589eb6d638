using Grpc.Net.Client;
using IclMesh.EndToEnd.Tests.Otlp;
using IclMesh.Gateway.V1;

namespace IclMesh.EndToEnd.Tests;

public sealed class TraceTests
{
    [Fact]
    public async Task Predict_FourProcesses_SendOneTraceWithTrueParents()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var mesh = await MeshProcesses.StartAsync(
            [.. Models.Only, ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_BSP_SCHEDULE_DELAY", "100")]);
        using var channel = GrpcChannel.ForAddress(mesh.Gateway);
        var gateway = new GatewayService.GatewayServiceClient(channel);
        await Reviews.ImportAsync(gateway);

        var answer = await gateway.PredictAsync(Reviews.Request("a moving film"), cancellationToken: TestContext.Current.CancellationToken);
        var spans = await ReceiveAsync(receiver, answer.TraceId, services: 4);

        Assert.Equal(32, answer.TraceId.Length);
        var byId = spans.ToDictionary(span => span.Id);
        var root = Assert.Single(spans, span => !byId.ContainsKey(span.ParentId));
        Assert.Equal(("IclMesh.Gateway", "iclmesh.gateway.v1.GatewayService/Predict"), (root.Service, root.Span.Name));
        foreach (var server in spans.Where(span => span.Service != "IclMesh.Gateway" && byId[span.ParentId].Service == "IclMesh.Gateway"))
        {
            // The parent of a server's span is the client's span of the same call.
            Assert.Equal(server.Span.Name, byId[server.ParentId].Span.Name);
        }

        var workflow = Assert.Single(spans, span => span.Span.Name == "invoke_workflow predict");
        Assert.Equal(answer.Demonstrations.Select(d => d.Id), Attribute(workflow, "iclmesh.demo.ids").Select(value => value.StringValue));
        Assert.Equal(answer.Demonstrations.Select(d => d.Weight), Attribute(workflow, "iclmesh.demo.weights").Select(value => value.DoubleValue));
        Assert.DoesNotContain(spans.SelectMany(span => span.Span.Attributes), attribute => attribute.ToString().Contains("moving film", StringComparison.Ordinal));
    }

    private static IEnumerable<AnyValue> Attribute(ReceivedSpan span, string key) =>
        span.Span.Attributes.Single(attribute => attribute.Key == key).Value.ArrayValue.Values;

    private static async Task<List<ReceivedSpan>> ReceiveAsync(OtlpReceiver receiver, string traceId, int services)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var spans = receiver.Spans.Where(span => span.TraceId == traceId).ToList();
            var ids = spans.Select(span => span.Id).ToHashSet();
            if (spans.Select(span => span.Service).Distinct().Count() == services && spans.All(span => span.ParentId.Length == 0 || ids.Contains(span.ParentId)))
            {
                return spans;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }
}
