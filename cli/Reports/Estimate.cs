using System.Text.Json;

namespace IclMesh.Cli.Reports;

/// <summary>A number with its 95 % interval as results write it.</summary>
/// <param name="Value">The number; NaN where it was not measured.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
internal readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>Reads <c>{"value", "low", "high"}</c>; null and missing are NaN.</summary>
    public static Estimate Read(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? new(Number(element, "value"), Number(element, "low"), Number(element, "high"))
        : new(double.NaN, double.NaN, double.NaN);

    /// <summary>A number of a document; NaN where it is null or missing.</summary>
    public static double Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    public override string ToString() => double.IsNaN(Value) ? "" : FormattableString.Invariant($"{Value:0.000} ({Low:0.000} to {High:0.000})");
}
