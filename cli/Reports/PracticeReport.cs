using System.Globalization;
using System.Text.Json;

namespace IclMesh.Cli.Reports;

/// <summary>Accuracy under other numbers, choices, labels and orders of demonstrations.</summary>
internal static class PracticeReport
{
    public static IReadOnlyList<ReportSection> Sections(JsonElement result)
    {
        var conditions = result.GetProperty("conditions").EnumerateObject().ToList();
        var table = new ReportTable(
            ["condition", "accuracy", "difference from base", "same answers as base", "label mass", "tokens"],
            [Row("base", result.GetProperty("base")), .. conditions.Select(condition => Row(condition.Name, condition.Value))]);
        var figures = new List<ReportFigure>();
        AddCurve(figures, conditions, "k.", "practice-k", "Accuracy against the number of demonstrations.", "demonstrations");
        AddCurve(figures, conditions, "noise.", "practice-noise", "Accuracy against the share of labels drawn anew.", "share of labels drawn anew");
        var sections = new List<ReportSection> { new("What changes accuracy", "The same rows under every condition; differences are paired. Intervals are 95 %.", [table], figures) };
        if (result.GetProperty("calibration") is { ValueKind: JsonValueKind.Object } calibration)
        {
            sections.Add(Calibration(result.GetProperty("base"), calibration));
        }

        if (result.GetProperty("orderSearch") is { ValueKind: JsonValueKind.Object } search)
        {
            sections.Add(OrderSearch(search));
        }

        if (result.GetProperty("neighbourPrompting") is { ValueKind: JsonValueKind.Object } prompting)
        {
            sections.Add(NeighbourPrompting(prompting));
        }

        return sections;
    }

    private static ReportSection Calibration(JsonElement model, JsonElement calibration)
    {
        var calibrated = calibration.GetProperty("calibrated");
        return new(
            "Calibration and format",
            $"Contextual calibration with the same demonstrations and inputs that say nothing. The label words hold {Estimate.Number(calibration, "labelMass"):0.000} of the probability on real inputs and {Estimate.Number(calibration, "labelMassOnNothing"):0.000} on nothing.",
            [
                new(["", "accuracy", "calibration error", "log-loss"], [Calibrated("raw", model), Calibrated("calibrated", calibrated)]),
                new(["label", "probability on nothing"], [.. calibration.GetProperty("prior").EnumerateArray().Select(p => (IReadOnlyList<string>)[p.GetProperty("label").GetString()!, $"{Estimate.Number(p, "probability"):0.000}"])]),
            ],
            [
                new("reliability-raw", "Reliability of the model's probabilities.", plot => Plots.Reliability(plot, Bins(model))),
                new("reliability-calibrated", "Reliability after contextual calibration.", plot => Plots.Reliability(plot, Bins(calibrated))),
            ]);
    }

    private static ReportSection OrderSearch(JsonElement search)
    {
        var orders = search.GetProperty("orders").EnumerateArray().ToList();
        var chosen = search.GetProperty("chosen").GetInt32();
        var range = search.GetProperty("reportRange");
        return new(
            "Order of one set of demonstrations",
            $"The first row's demonstrations before every row, in {orders.Count} orders. Order {chosen} was best on the selection rows; on the report rows it has {Estimate.Read(search.GetProperty("chosenOnReport"))}, the mean of all orders is {Estimate.Number(range, "mean"):0.000}, the range {Estimate.Number(range, "lowest"):0.000} to {Estimate.Number(range, "highest"):0.000}.",
            [
                new(
                    ["order", "accuracy on selection rows", "accuracy on report rows"],
                    [.. orders.Index().Select(order => (IReadOnlyList<string>)[$"{order.Index}", $"{Estimate.Read(order.Item.GetProperty("selection"))}", $"{Estimate.Read(order.Item.GetProperty("report"))}"])]),
            ],
            []);
    }

    private static ReportSection NeighbourPrompting(JsonElement prompting) => new(
        "kNN prompting",
        $"Label of the {prompting.GetProperty("neighbours")} of {prompting.GetProperty("anchors")} anchors after which the model expects the most similar continuation, behind the same demonstrations; report rows.",
        [new(["", "accuracy", "difference"], [Prompting("the model's label", prompting.GetProperty("model")), Prompting("kNN prompting", prompting.GetProperty("neighbourPrompting"))])],
        []);

    private static string[] Prompting(string name, JsonElement measured) =>
        [name, $"{Estimate.Read(measured.GetProperty("accuracy"))}", $"{Estimate.Read(measured.GetProperty("differenceFromBase"))}"];

    private static void AddCurve(
        List<ReportFigure> figures, List<JsonProperty> conditions, string prefix, string name, string caption, string axis)
    {
        var points = conditions.Where(condition => condition.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(condition => (X: double.Parse(condition.Name.AsSpan(prefix.Length), CultureInfo.InvariantCulture), Y: Estimate.Read(condition.Value.GetProperty("accuracy"))))
            .OrderBy(point => point.X).ToList();
        if (points.Count > 0)
        {
            figures.Add(new(name, caption, plot =>
            {
                Plots.Curve(plot, "", points);
                plot.XLabel(axis);
                plot.YLabel("accuracy");
            }));
        }
    }

    private static List<(double Confidence, Estimate Accuracy)> Bins(JsonElement model) =>
        [.. model.GetProperty("reliability").EnumerateArray().Select(bin => (Estimate.Number(bin, "confidence"), Estimate.Read(bin.GetProperty("accuracy"))))];

    private static string[] Row(string name, JsonElement model) =>
    [
        name,
        $"{Estimate.Read(model.GetProperty("accuracy"))}",
        $"{Estimate.Read(model.GetProperty("differenceFromBase"))}",
        $"{Estimate.Read(model.GetProperty("agreementWithBase"))}",
        $"{Estimate.Number(model, "labelMass"):0.000}",
        $"{Estimate.Number(model, "promptTokens"):0}",
    ];

    private static string[] Calibrated(string name, JsonElement model) =>
        [name, $"{Estimate.Read(model.GetProperty("accuracy"))}", $"{Estimate.Number(model, "calibrationError"):0.000}", $"{Estimate.Number(model, "logLoss"):0.000}"];
}
