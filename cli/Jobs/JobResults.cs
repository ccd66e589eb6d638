using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace IclMesh.Cli.Jobs;

/// <summary>Results of jobs as JSON.</summary>
internal static class JobResults
{
    public static JsonElement ToJson(Struct result)
    {
        using var document = JsonDocument.Parse(JsonFormatter.Default.Format(result));
        return document.RootElement.Clone();
    }
}
