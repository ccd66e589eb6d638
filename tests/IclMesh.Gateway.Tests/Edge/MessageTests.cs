using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Edge;

public sealed class MessageTests
{
    private const int Stated = 64 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grpc_ThirtyFiveMegabytes_AreRead()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await RpcAssert.RefusesAsync("page_token", () => mesh.Tasks.ListTasksAsync(new() { PageToken = new('.', 35_000_000) }, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task Grpc_AboveTheStatedLimit_SaysLimitAndActual()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = new ListTasksRequest { PageToken = new('x', Stated) };

        var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "PROBLEM_TOO_LARGE", () => mesh.Tasks.ListTasksAsync(request, cancellationToken: Token).ResponseAsync);

        Assert.Equal($"{Stated}", info.Metadata["limit"]);
        Assert.Equal($"{request.CalculateSize()}", info.Metadata["actual"]);
    }

    [Fact]
    public async Task GrpcStream_AboveTheLimit_SaysTheLimit()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Hosting:MaxReceiveMessageBytes", "100000"));
        using var call = mesh.Client.PredictStream(cancellationToken: Token);
        var request = GatewayFixture.Request();
        request.Input = new('x', 200_000);
        var writing = call.RequestStream.WriteAsync(new() { RequestId = "1", Request = request }, Token);

        var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, "PROBLEM_TOO_LARGE", () => call.ResponseStream.MoveNext(Token));

        Assert.Equal("100000", info.Metadata["limit"]);

        // The server may have ended the call before it read all.
        await Record.ExceptionAsync(() => writing);
    }

    [Theory]
    [InlineData(MethodType.Unary, "ListTasks", "iclmesh.gateway.v1.TaskService")]
    [InlineData(MethodType.ServerStreaming, "WatchJob", "iclmesh.gateway.v1.JobService")]
    [InlineData(MethodType.DuplexStreaming, "PredictStream", "iclmesh.gateway.v1.GatewayService")]
    public async Task Grpc_BytesThatAreNoMessage_AreTheCallersFault(MethodType type, string name, string service)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        var method = new Method<byte[], byte[]>(type, service, name, bytes, bytes);

        // A field that ends in the middle, a text that is no UTF-8, a group that nobody opened.
        foreach (var wrong in (byte[][])[[0x0A, 0xFF], [0x0A, 2, 0xC3, 0x28, 0x12, 2, 0xC3, 0x28], [0x0C]])
        {
            await RpcAssert.RefusesAsync("message", () => CallAsync(mesh.Invoker, method, wrong));
        }
    }

    private static async Task CallAsync(CallInvoker invoker, Method<byte[], byte[]> method, byte[] request)
    {
        switch (method.Type)
        {
            case MethodType.Unary:
                await invoker.AsyncUnaryCall(method, null, new(cancellationToken: Token), request);
                break;
            case MethodType.ServerStreaming:
                using (var call = invoker.AsyncServerStreamingCall(method, null, new(cancellationToken: Token), request))
                {
                    await call.ResponseStream.MoveNext(Token);
                }

                break;
            default:
                using (var call = invoker.AsyncDuplexStreamingCall(method, null, new(cancellationToken: Token)))
                {
                    await call.RequestStream.WriteAsync(request, Token);
                    await call.ResponseStream.MoveNext(Token);
                }

                break;
        }
    }

    [Theory]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc-web-text", true)]
    public async Task GrpcWeb_AboveTheLimit_SaysLimitAndActual(string type, bool encoded)
    {
        await using var mesh = await GatewayFixture.StartAsync(("Hosting:MaxReceiveMessageBytes", "100000"));
        using var http = mesh.CreateHttp();
        var message = new ListTasksRequest { PageToken = new('x', 100_001) }.ToByteArray();
        byte[] frame = [0, .. BitConverter.GetBytes(message.Length).Reverse(), .. message];
        using var content = new ByteArrayContent(encoded ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frame)) : frame);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);

        var response = await http.PostAsync("/iclmesh.gateway.v1.TaskService/ListTasks", content, Token);

        Assert.Equal("8", response.Headers.GetValues("grpc-status").Single());
        var details = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(response.Headers.GetValues("grpc-status-details-bin").Single()));
        Assert.Equal($"{message.Length}", details.GetDetail<ErrorInfo>()!.Metadata["actual"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rest_AboveTheLimit_Is413WithTheErrorObject(bool chunked)
    {
        await using var mesh = await GatewayFixture.StartAsync(("Hosting:MaxReceiveMessageBytes", "100000"));
        using var http = mesh.CreateHttp();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/predictions")
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
            Content = chunked
                ? new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($"{{\"input\":\"{new string('x', 200_000)}\"}}")))
                : new StringContent($"{{\"input\":\"{new string('x', 200_000)}\"}}", Encoding.UTF8, "application/json"),
        };
        message.Content.Headers.ContentType = new("application/json");
        message.Content.Headers.ContentLength = chunked ? null : message.Content.Headers.ContentLength;

        var response = await http.SendAsync(message, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(8, (int)status["code"]!);
        Assert.Equal("100000", (string?)status["details"]![0]!["metadata"]!["limit"]);
    }

    [Fact]
    public async Task Rest_ThirtyFiveMegabytes_AreRead()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        var response = await http.PostAsync("/api/v1/predictions", new StringContent($"{{\"input\":\"{new string('x', 35_000_000)}\"}}", Encoding.UTF8, "application/json"), Token);

        Assert.Contains("must be at most 1048576 bytes", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
