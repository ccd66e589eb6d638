using System.Text.Json.Nodes;
using NJsonSchema;

namespace IclMesh.Gateway.Tests.Rest;

/// <summary>The schemas of the served OpenAPI document, as a JSON Schema validator reads them.</summary>
internal sealed class OpenApiSchemas
{
    private readonly JsonNode definitions;

    private OpenApiSchemas(JsonNode definitions) => this.definitions = definitions;

    public static async Task<OpenApiSchemas> LoadAsync(HttpClient http)
    {
        var document = await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        return new(JsonNode.Parse(document.Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal))!["components"]!["schemas"]!);
    }

    /// <summary>The value has the schema, and no field that the schema does not know.</summary>
    public async Task CheckAsync(string message, JsonNode value)
    {
        var strict = definitions.DeepClone();
        foreach (var (_, definition) in strict.AsObject())
        {
            definition!["additionalProperties"] = false;
        }

        // The validator reads no definitions beside a reference at the root, so the message's own schema stands there.
        var root = strict[message]!.DeepClone();
        root["definitions"] = strict;
        var schema = await JsonSchema.FromJsonAsync(root.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(value.ToJsonString()));
    }
}
