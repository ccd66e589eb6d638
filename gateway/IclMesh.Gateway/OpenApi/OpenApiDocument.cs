using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace IclMesh.Gateway.OpenApi;

/// <summary>The OpenAPI 3.1 document of every RPC that has a REST form.</summary>
/// <remarks>Source: the HTTP rules of the protos as the server routes them, so that the document cannot name what is not served.</remarks>
internal static class OpenApiDocument
{
    private const string ErrorSchema = "google.rpc.Status";

    /// <summary>Writes the document.</summary>
    /// <param name="endpoints">What the server serves.</param>
    /// <param name="comments">What the protos say.</param>
    public static JsonObject Write(IEnumerable<Endpoint> endpoints, ProtoComments comments)
    {
        var schemas = new MessageSchemas(comments);
        var paths = new JsonObject();
        foreach (var method in endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()).OfType<GrpcJsonTranscodingMetadata>())
        {
            var route = HttpRoute.Of(method.HttpRule);
            if (paths[route.Path] is not JsonObject path)
            {
                paths[route.Path] = path = [];
            }

            path[route.Verb] = WriteOperation(method.MethodDescriptor, route, schemas, comments);
        }

        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "IclMesh",
                ["version"] = "v1",
                ["description"] = "Few-shot predictions that explain themselves. Errors are google.rpc.Status; the details of a bad request name every broken field.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Write(StatusDescriptor) },
        };
    }

    private static MessageDescriptor StatusDescriptor => Google.Rpc.Status.Descriptor;

    private static JsonObject WriteOperation(MethodDescriptor method, HttpRoute route, MessageSchemas schemas, ProtoComments comments)
    {
        var operation = new JsonObject
        {
            ["operationId"] = method.Name,
            ["tags"] = new JsonArray(method.Service.Name),
            ["description"] = comments.Of(method),
        };
        var parameters = new JsonArray();
        foreach (var variable in route.Variables)
        {
            parameters.Add(WriteParameter("path", HttpRoute.ShortName(variable), MessageSchemas.Find(method.InputType, variable), required: true, schemas, comments));
        }

        if (route.Body.Length == 0)
        {
            foreach (var field in method.InputType.Fields.InFieldNumberOrder().Where(field => !route.Variables.Contains(field.Name) && MessageSchemas.IsScalar(field)))
            {
                parameters.Add(WriteParameter("query", field.JsonName, field, required: false, schemas, comments));
            }
        }
        else
        {
            var body = route.Body == "*" ? method.InputType : MessageSchemas.Find(method.InputType, route.Body).MessageType;
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(schemas.Reference(body)) };
        }

        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        // A stream is one JSON object a line.
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = comments.Of(method.OutputType),
                ["content"] = Json(schemas.Reference(method.OutputType), method.IsServerStreaming ? "application/jsonl" : "application/json"),
            },
            ["default"] = new JsonObject { ["description"] = "The call failed.", ["content"] = Json(new() { ["$ref"] = $"#/components/schemas/{ErrorSchema}" }) },
        };
        return operation;
    }

    private static JsonObject WriteParameter(string place, string name, FieldDescriptor field, bool required, MessageSchemas schemas, ProtoComments comments) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = required,
        ["description"] = comments.Of(field),
        ["schema"] = schemas.Write(field, described: false),
    };

    private static JsonObject Json(JsonObject schema, string type = "application/json") => new() { [type] = new JsonObject { ["schema"] = schema } };
}
