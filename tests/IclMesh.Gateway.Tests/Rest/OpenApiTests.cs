using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Rest;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_IsValidOpenApi()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        await using var document = await http.GetStreamAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        using var memory = new MemoryStream();
        await document.CopyToAsync(memory, TestContext.Current.CancellationToken);
        memory.Position = 0;

        var read = await Microsoft.OpenApi.OpenApiDocument.LoadAsync(memory, "json", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
    }

    [Fact]
    public async Task Document_HoldsEveryRpcThatDoesNotStreamRequests()
    {
        var document = await LoadAsync();

        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => (string)operation.Value!["operationId"]!);

        ServiceDescriptor[] services = [.. typeof(GatewayService).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(GatewayService).Namespace && type.GetProperty("Descriptor")?.PropertyType == typeof(ServiceDescriptor))
            .Select(type => (ServiceDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)];
        Assert.Equal(services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming).Select(method => method.Name).Order(), operations.Order());
    }

    [Fact]
    public async Task Document_EveryOperationAndFieldOfTheGateway_IsDescribed()
    {
        var document = await LoadAsync();

        Assert.All(document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation => Assert.NotEmpty((string)operation.Value!["description"]!));
        Assert.All(
            document["components"]!["schemas"]!.AsObject().Where(schema => schema.Key.StartsWith("iclmesh.gateway", StringComparison.Ordinal)),
            schema => Assert.All(schema.Value!["properties"]!.AsObject(), property => Assert.True(property.Value!["description"] is not null, $"{schema.Key}.{property.Key}")));
    }

    private static async Task<JsonNode> LoadAsync()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var http = mesh.CreateHttp();
        return JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
    }
}
