using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace IclMesh.Gateway.Tests.Rest;

public sealed class StrictRestTests
{
    private const string Sound = """
        "collection":"reviews","input":"gripping","labels":[{"name":"Negative","storedValues":["0"]},{"name":"Positive","stored_values":["1"]}],"model":"lm","encoder":"encoder"
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"selction":{"k":2}}""", "selction")]
    [InlineData("""{"selection":{"kk":2}}""", "selection.kk")]
    [InlineData("""{"labels":[{"name":"a"},{"nmae":"b"}]}""", "labels[1].nmae")]
    [InlineData("""{"selection":{"leakGuard":{"off":true}}}""", "selection.leak_guard.off")]
    [InlineData("""{"input":"a","input":"b"}""", "input")]
    [InlineData("""{"maxPromptTokens":1,"max_prompt_tokens":1}""", "max_prompt_tokens")]
    [InlineData("""{"selection":{"k":1,"k":2}}""", "selection.k")]
    [InlineData("""{"combination":{"threshold":0.5,"conformalThreshold":0.5}}""", "combination.conformal_threshold")]
    [InlineData("""{"selection":{"k":2.5}}""", "selection.k")]
    [InlineData("""{"selection":{"k":"two"}}""", "selection.k")]
    [InlineData("""{"selection":{"k":2147483648}}""", "selection.k")]
    [InlineData("""{"selection":{"k":true}}""", "selection.k")]
    [InlineData("""{"selection":{"seed":-1}}""", "selection.seed")]
    [InlineData("""{"selection":{"strategy":"SIMILARISH"}}""", "selection.strategy")]
    [InlineData("""{"selection":{"strategy":77}}""", "selection.strategy")]
    [InlineData("""{"selection":[]}""", "selection")]
    [InlineData("""{"labels":{}}""", "labels")]
    [InlineData("""{"labels":[null]}""", "labels[0]")]
    [InlineData("""{"keep":"true"}""", "keep")]
    [InlineData("""{"input":7}""", "input")]
    [InlineData("""{"input":"\ud83d"}""", "input")]
    [InlineData("""{"combination":{"weight":1e999}}""", "combination.weight")]
    [InlineData("""{"combination":{"weight":"NaN"}}""", "combination.weight")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"input":"a"} x""", "body")]
    [InlineData("", "body")]
    public async Task Predict_WhatItDoesNotKnow_IsRefusedByField(string body, string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal([field], await RefusedAsync(http.PostAsync("/api/v1/predictions", Json(body), Token)));
    }

    [Fact]
    public async Task Predict_SeveralMistakes_AreNamedTogether()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal(["a", "selection.b", "keep"], await RefusedAsync(http.PostAsync("/api/v1/predictions", Json("""{"a":{"x":[1]},"selection":{"b":1},"keep":1}"""), Token)));
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("2.0")]
    [InlineData("20e-1")]
    [InlineData("2")]
    public async Task Predict_AnyFormOfAWholeNumber_IsReadAsProto3Says(string k)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        var response = await http.PostAsync("/api/v1/predictions", Json("{" + Sound + $$""","selection":{"k":{{k}},"seed":"7","strategy":1,"leak_guard":null},"template":null,"combination":{"weight":"0.5"} """ + "}"), Token);

        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(2, JsonNode.Parse(text)!["demonstrations"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("/api/v1/tasks?pageSise=1", "pageSise")]
    [InlineData("/api/v1/tasks?pageSize=many", "page_size")]
    [InlineData("/api/v1/tasks?pageSize=1&pageSize=2", "page_size")]
    [InlineData("/api/v1/tasks?pageSize=1&page_size=2", "page_size")]
    [InlineData("/api/v1/tasks/reviews?name=other", "name")]
    public async Task Query_WhatItDoesNotKnow_IsRefusedByField(string path, string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal([field], await RefusedAsync(http.GetAsync(path, Token)));
    }

    [Theory]
    [InlineData("/api/v1/predictions?model=lm", "model")]
    [InlineData("/api/v1/predictions?unknown=1", "unknown")]
    public async Task Query_BesideABodyThatHoldsAll_IsRefused(string path, string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal([field], await RefusedAsync(http.PostAsync(path, Json($"{{{Sound}}}"), Token)));
    }

    [Fact]
    public async Task Body_AgainstThePath_IsRefused()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:Predictions:Enabled", "true"));
        using var http = mesh.CreateHttp();

        Assert.Equal(["id"], await RefusedAsync(http.PostAsync("/api/v1/predictions/a:replay", Json("""{"id":"b"}"""), Token)));
        Assert.Equal(["name"], await RefusedAsync(http.PutAsync("/api/v1/tasks/a", Json("""{"name":"b"}"""), Token)));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/api/v1/predictions/a:replay", Json("""{"id":"a"}"""), Token)).StatusCode);
    }

    [Fact]
    public async Task Body_OfACallThatTakesNone_IsRefused()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        Assert.Equal(["body"], await RefusedAsync(http.PostAsync("/api/v1/jobs/a:cancel", Json("""{"id":"b"}"""), Token)));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/api/v1/jobs/a:cancel", Json("{}"), Token)).StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Body_OfAnotherType_IsRefused(string type)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{{Sound}}}"));
        content.Headers.Add("Content-Type", type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await http.PostAsync("/api/v1/predictions", content, Token)).StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/collections/tenant%2Freviews")]
    [InlineData("/api/v1/collections/tenant%2freviews")]
    [InlineData("/api/v1/collections/tenant/reviews")]
    public async Task GetCollection_SlashEncodedOrNot_IsThatOfTheNamespace(string path)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();

        var response = await http.GetAsync(path, Token);

        Assert.Equal("tenant/reviews", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["collection"]!["name"]);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<IEnumerable<string?>> RefusedAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{response.StatusCode} {text}");
        var details = JsonNode.Parse(text)!["details"]!.AsArray();
        return details.Single(detail => ((string)detail!["@type"]!).EndsWith("BadRequest", StringComparison.Ordinal))!["fieldViolations"]!.AsArray().Select(violation => (string?)violation!["field"]);
    }
}
