using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Rest;

public sealed class RestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_Json_AnswersWhatGrpcAnswersByTheDocumentsSchema()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        var schema = await OpenApiSchemas.LoadAsync(http);
        var request = JsonNode.Parse(GatewayFixture.Request().ToString())!;
        await schema.CheckAsync("iclmesh.gateway.v1.PredictRequest", request);

        var response = await http.PostAsJsonAsync("/api/v1/predictions", request, Token);

        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await schema.CheckAsync("iclmesh.gateway.v1.PredictResponse", answer);
        Assert.Equal("7", (string?)answer["collectionVersion"]);
        var byGrpc = await mesh.PredictAsync(GatewayFixture.Request());
        var byRest = PredictResponse.Parser.ParseJson(answer.ToJsonString());
        byGrpc.Timings.Clear();
        byRest.Timings.Clear();
        byRest.TraceId = byGrpc.TraceId;
        Assert.Equal(byGrpc, byRest);
    }

    [Fact]
    public async Task Predict_BrokenFields_AnswersAStatusThatNamesThem()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        var schema = await OpenApiSchemas.LoadAsync(http);

        var response = await http.PostAsJsonAsync("/api/v1/predictions", new { }, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var status = (await response.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        await schema.CheckAsync("google.rpc.Status", status);
        Assert.Equal(3, (int)status["code"]!);
        var violations = status["details"]!.AsArray().Single(detail => ((string)detail!["@type"]!).EndsWith("google.rpc.BadRequest", StringComparison.Ordinal))!["fieldViolations"]!.AsArray();
        Assert.Equal(["input", "collection", "labels", "model", "encoder"], violations.Select(violation => (string?)violation!["field"]));
    }

    [Fact]
    public async Task Predict_NotJson_IsABadRequest()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        var response = await http.PostAsync("/api/v1/predictions", new StringContent("{", Encoding.UTF8, "application/json"), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Tasks_Json_GoThroughTheirWholeLife()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        var schema = await OpenApiSchemas.LoadAsync(http);
        var task = JsonNode.Parse(GatewayFixture.Reviews().ToString())!;

        var created = await SendAsync(http, HttpMethod.Post, "/api/v1/tasks", task);
        await schema.CheckAsync("iclmesh.gateway.v1.CreateTaskResponse", created);
        var read = await SendAsync(http, HttpMethod.Get, "/api/v1/tasks/reviews");
        Assert.Equal(created["task"]!.ToJsonString(), read["task"]!.ToJsonString());
        var changed = read["task"]!.DeepClone();
        changed["description"] = "changed";
        var updated = await SendAsync(http, HttpMethod.Put, "/api/v1/tasks/reviews", changed);
        Assert.Equal("2", (string?)updated["task"]!["version"]);
        var listed = await SendAsync(http, HttpMethod.Get, "/api/v1/tasks?pageSize=1");
        await schema.CheckAsync("iclmesh.gateway.v1.ListTasksResponse", listed);
        Assert.Equal("changed", (string?)listed["tasks"]![0]!["description"]);
        var predicted = await SendAsync(http, HttpMethod.Post, "/api/v1/predictions", new JsonObject { ["task"] = "reviews", ["input"] = "gripping" });
        Assert.Equal("Positive", (string?)predicted["label"]);
        Assert.True((bool)(await SendAsync(http, HttpMethod.Delete, "/api/v1/tasks/reviews"))["deleted"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/v1/tasks/reviews", Token)).StatusCode);
    }

    [Fact]
    public async Task Rest_CollectionOfANamespace_IsFoundByItsWholeName()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        var found = await SendAsync(http, HttpMethod.Get, "/api/v1/collections/tenant/reviews");

        Assert.Equal("tenant/reviews", (string?)found["collection"]!["name"]);
    }

    [Fact]
    public async Task GrpcWeb_UnaryCall_HasItsTrailersInTheBody()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        using var content = new ByteArrayContent(new byte[5]);
        content.Headers.ContentType = new("application/grpc-web");

        var response = await http.PostAsync("/iclmesh.gateway.v1.TaskService/ListTasks", content, Token);

        Assert.Equal("application/grpc-web", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("grpc-status: 0", Encoding.ASCII.GetString(await response.Content.ReadAsByteArrayAsync(Token)), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body), Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        using var response = await http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
