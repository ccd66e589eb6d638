using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace IclMesh.Gateway.Analyses;

/// <summary>Results as JSON: camel case, numbers to six significant digits, what is not finite is null.</summary>
internal static class ResultJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new FiniteNumbers() } };

    public static string Write(object result) => JsonSerializer.Serialize(result, Options);

    /// <summary>A message of the API as part of a result.</summary>
    public static JsonNode? Of(IMessage? message) => message is null ? null : JsonNode.Parse(JsonFormatter.Default.Format(message));

    /// <summary>An interval as part of a result; null where it was not measured.</summary>
    public static object? Of(Kernel.V1.Interval? interval) =>
        interval is null || double.IsNaN(interval.Estimate) ? null : new { value = interval.Estimate, low = interval.Low, high = interval.High };

    /// <summary>Values of heads by layer, [L][H].</summary>
    public static double[][] Grid(IEnumerable<double> values, int heads) => [.. values.Chunk(heads)];

    private sealed class FiniteNumbers : JsonConverter<double>
    {
        private const int Digits = 6;

        public override double Read(ref Utf8JsonReader reader, System.Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (!double.IsFinite(value))
            {
                writer.WriteNullValue();
                return;
            }

            var scale = value == 0 ? 0 : Math.Clamp(Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15);
            writer.WriteNumberValue(Math.Round(value, scale));
        }
    }
}
