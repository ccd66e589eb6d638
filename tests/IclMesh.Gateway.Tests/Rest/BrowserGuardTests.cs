using System.Net;
using System.Text.Json.Nodes;

namespace IclMesh.Gateway.Tests.Rest;

public sealed class BrowserGuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", true)]
    [InlineData("Sec-Fetch-Site", "same-site", true)]
    [InlineData("Sec-Fetch-Site", "same-origin", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Origin", "https://evil.example", true)]
    [InlineData("Origin", "http://127.0.0.1:1", true)]
    [InlineData("Origin", "null", true)]
    [InlineData("Origin", "self", false)]
    public async Task Call_OfAPage_IsRefusedUnlessThePageIsOurs(string header, string value, bool refused)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/api/v1/jobs/a:cancel"), (HttpMethod.Get, "/api/v1/tasks/a"), (HttpMethod.Delete, "/api/v1/tasks/a"), (HttpMethod.Post, "/iclmesh.gateway.v1.TaskService/ListTasks") })
        {
            var status = await StatusAsync(http, method, path, (header, value == "self" ? http.BaseAddress!.GetLeftPart(UriPartial.Authority) : value));

            Assert.True((status == HttpStatusCode.Forbidden) == refused, $"{method} {path}: {status}");
        }
    }

    [Theory]
    [InlineData("evil.example", true)]
    [InlineData("127.0.0.1.evil.example:8084", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("localhost:1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("[::1]:8084", false)]
    [InlineData("app.localhost", false)]
    public async Task Host_OnLoopback_MustBeALoopbackName(string host, bool refused)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal(refused ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, await StatusAsync(http, HttpMethod.Get, "/api/v1/tasks/a", ("Host", host)));
    }

    [Theory]
    [InlineData("mesh.example.org", HttpStatusCode.NotFound)]
    [InlineData("a.inside.example", HttpStatusCode.NotFound)]
    [InlineData("inside.example", HttpStatusCode.Forbidden)]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    public async Task Host_Configured_MustBeOneOfThem(string host, HttpStatusCode expected)
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:Http:AllowedHosts:0", "mesh.example.org"), ("Gateway:Http:AllowedHosts:1", "*.inside.example"));
        using var http = mesh.CreateHttp();

        Assert.Equal(expected, await StatusAsync(http, HttpMethod.Get, "/api/v1/tasks/a", ("Host", host)));
    }

    [Fact]
    public async Task Refusal_NamesTheSetting()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/tasks") { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        request.Headers.Host = "evil.example";

        using var response = await http.SendAsync(request, Token);

        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        Assert.Equal(7, (int)status["code"]!);
        Assert.Equal("Gateway:Http:AllowedHosts", (string?)status["details"]![0]!["metadata"]!["setting"]);
    }

    [Fact]
    public async Task Answers_AreNotStoredNotGuessedAtAndNameNoServer()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        foreach (var path in new[] { "/api/v1/tasks", "/api/v1/tasks/missing", "/api/v1/tasks?x=1", "/openapi/v1.json", "/nowhere" })
        {
            using var response = await http.GetAsync(path, Token);

            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.True(response.Headers.CacheControl!.NoStore, path);
            Assert.Empty(response.Headers.Server);
        }
    }

    [Fact]
    public async Task OpenApi_AskedTwice_IsWrittenOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal(await http.GetStringAsync("/openapi/v1.json", Token), await http.GetStringAsync("/openapi/v1.json", Token));
    }

    [Fact]
    public async Task GetModel_LoadsAModel_SoItIsNoGet()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, HttpMethod.Get, "/api/v1/models/lm"));
        Assert.Equal(0, mesh.Inference.GetModelCalls);
        using var response = await http.PostAsync("/api/v1/models:describe", new StringContent("""{"model":"lm"}""", System.Text.Encoding.UTF8, "application/json"), Token);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(1, mesh.Inference.GetModelCalls);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        if (path.StartsWith("/iclmesh", StringComparison.Ordinal))
        {
            request.Content = new ByteArrayContent(new byte[5]);
            request.Content.Headers.ContentType = new("application/grpc-web");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request, Token);
        return response.StatusCode;
    }
}
