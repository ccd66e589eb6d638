using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary>Numbers of the laboratory for people and programs.</summary>
internal static class LabText
{
    public static object Json(Interval interval) => new { mean = Number(interval.Estimate), low = Number(interval.Low), high = Number(interval.High) };

    /// <summary>JSON knows no NaN and no infinity; null says that there is no such number.</summary>
    public static double? Number(double value) => double.IsFinite(value) ? value : null;

    public static string Show(Interval interval) => $"{interval.Estimate:0.000} [[{interval.Low:0.000}, {interval.High:0.000}]]";

    public static string Percent(Interval interval) => $"{100 * interval.Estimate:0.0} [[{100 * interval.Low:0.0}, {100 * interval.High:0.0}]]";

    /// <summary>A bar of up to <paramref name="width"/> cells.</summary>
    public static string Bar(double value, double largest, int width = 30) =>
        largest <= 0 || !double.IsFinite(value) ? "" : new string('█', Math.Clamp((int)Math.Round(width * value / largest), 0, width));

    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }
}
