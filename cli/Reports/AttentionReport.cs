using System.Text.Json;

namespace IclMesh.Cli.Reports;

/// <summary>E1 to E6 and the checks.</summary>
internal static class AttentionReport
{
    private static readonly string[] Masses = ["labels", "firstToken", "queryEnd", "rest"];

    public static IReadOnlyList<ReportSection> Sections(JsonElement result)
    {
        var sections = new List<ReportSection> { Reconstruction(result), Heads(result.GetProperty("e2")) };
        AddIfPresent(sections, result, "e1", Aligned);
        AddIfPresent(sections, result, "e3", Similarity);
        AddIfPresent(sections, result, "e4", Probes);
        if (result.GetProperty("conditions").EnumerateObject().Any())
        {
            sections.Add(Conditions(result));
        }

        return sections;
    }

    private static void AddIfPresent(List<ReportSection> sections, JsonElement result, string name, Func<JsonElement, ReportSection> create)
    {
        if (result.GetProperty(name) is { ValueKind: JsonValueKind.Object } part)
        {
            sections.Add(create(part));
        }
    }

    private static ReportSection Reconstruction(JsonElement result)
    {
        var e5 = result.GetProperty("e5");
        var best = e5.GetProperty("bestHead");
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "model", "", "", "", $"{Estimate.Read(result.GetProperty("accuracy").GetProperty("accuracy"))}", "" },
            new[] { "constant", $"{e5.GetProperty("modelMajority").GetDouble():0.000}", "", "", "", "" },
            new[] { "most frequent label", $"{Estimate.Read(e5.GetProperty("mostFrequentLabel"))}", "", "", "", "" },
            View($"head {best.GetProperty("layer")}.{best.GetProperty("head")}", best.GetProperty("view")),
        };
        if (e5.GetProperty("mixture") is { ValueKind: JsonValueKind.Object } mixture)
        {
            rows.Add(View($"mixture of {e5.GetProperty("mixtureHeads")} heads", mixture));
        }

        rows.Add(View("encoder's cosine", e5.GetProperty("encoderKernel")));
        rows.Add(View("8 nearest of all demonstrations", e5.GetProperty("nearestNeighbours")));
        return new(
            "E5: does a kernel reproduce the model?",
            "Head and mixture were chosen on other prompts than those reported. The null permutes labels among the demonstrations of each prompt. Intervals are 95 %.",
            [new(["predictor", "agrees with the model", "null, 97.5 %", "p", "accuracy", "correlation of margins"], rows)],
            []);
    }

    private static string[] View(string name, JsonElement view) =>
    [
        name,
        $"{Estimate.Read(view.GetProperty("agreement"))}",
        $"{Estimate.Number(view, "nullAgreement"):0.000}, {Estimate.Number(view, "nullHigh"):0.000}",
        $"{Estimate.Number(view, "pValue"):0.000}",
        $"{Estimate.Number(view, "accuracy"):0.000}",
        $"{Estimate.Read(view.GetProperty("correlation"))}",
    ];

    private static ReportSection Heads(JsonElement e2)
    {
        var figures = new List<ReportFigure>();
        foreach (var pooling in e2.GetProperty("poolings").EnumerateObject())
        {
            var name = pooling.Name.ToLowerInvariant();
            figures.Add(new($"e2-{name}-agreement", $"Agreement of each head's vote with the model, {name} pooling, report prompts.", plot => Plots.HeatMap(plot, Grid(pooling.Value.GetProperty("agreement")), $"agreement, {name}")));
            figures.Add(new($"e2-{name}-accuracy", $"Accuracy of each head's vote, {name} pooling, report prompts.", plot => Plots.HeatMap(plot, Grid(pooling.Value.GetProperty("accuracy")), $"accuracy, {name}")));
        }

        var curve = e2.GetProperty("selectionCurve").EnumerateArray().ToList();
        figures.Add(new("e2-selection", "Optimism of choosing one of many heads: agreement of the chosen head where it was chosen, and on other prompts.", plot =>
        {
            Line(plot, curve, "selectionAgreement", "where it was chosen");
            Line(plot, curve, "reportAgreement", "held out");
            plot.XLabel("selection prompts");
            plot.ShowLegend();
        }));
        var best = e2.GetProperty("best");
        return new(
            "E2: attention as kernel, head by head",
            $"Best of all poolings and heads on the selection prompts: {best.GetProperty("pooling").GetString()!.ToLowerInvariant()} {best.GetProperty("layer")}.{best.GetProperty("head")}.",
            [new(["head", "agrees with the model", "null, 97.5 %", "p", "accuracy", ""], [View("best", best.GetProperty("view"))])],
            figures);
    }

    private static ReportSection Aligned(JsonElement e1)
    {
        var masses = e1.GetProperty("masses");
        return new(
            "E1: where attention of the last position goes",
            $"Mean over {e1.GetProperty("prompts")} prompts, inputs resampled to {e1.GetProperty("inputPositions")} positions. Result.json holds every head.",
            [
                new(
                    ["layer", "labels", "first token", "end of the query", "rest"],
                    [.. Enumerable.Range(0, masses.GetProperty("labels").GetArrayLength()).Select(layer => Masses
                        .Select(name => $"{Grid(masses.GetProperty(name))[layer].Average():0.000}").Prepend($"{layer}").ToArray())]),
            ],
            [new("e1-labels", "Attention mass on label tokens.", plot => Plots.HeatMap(plot, Grid(masses.GetProperty("labels")), "mass on labels"))]);
    }

    private static ReportSection Similarity(JsonElement e3)
    {
        var maps = e3.GetProperty("withAgreement");
        return new(
            "E3: attention and the similarity of predictions",
            $"Correlation over {e3.GetProperty("pairs")} pairs of query and demonstration between a head's attention and the inner product of the next-token distributions of both texts alone.",
            [new(["agreement map against this map", ""], [["Pearson", $"{Estimate.Read(maps.GetProperty("pearson"))}"], ["Spearman", $"{Estimate.Read(maps.GetProperty("spearman"))}"]])],
            [new("e3-correlation", "Correlation per head.", plot => Plots.HeatMap(plot, Grid(e3.GetProperty("correlation")), "correlation"))]);
    }

    private static ReportSection Probes(JsonElement e4)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var name in new[] { "values", "keys", "keysBeforeRotation" })
        {
            if (e4.GetProperty(name) is { ValueKind: JsonValueKind.Object } probe)
            {
                rows.AddRange(probe.GetProperty("byOffset").EnumerateArray().Select(offset => (IReadOnlyList<string>)
                [
                    name,
                    $"{offset.GetProperty("offset")}",
                    $"{offset.GetProperty("mean").GetDouble():0.000}",
                    $"{offset.GetProperty("best").GetProperty("site").GetString()}",
                    $"{Estimate.Read(offset.GetProperty("best").GetProperty("accuracy"))}",
                    $"{probe.GetProperty("majority").GetDouble():0.000}",
                ]));
            }
        }

        return new(
            "E4: what keys and values carry",
            $"Ridge probes over {e4.GetProperty("demonstrations")} demonstrations of {e4.GetProperty("prompts")} prompts, five folds by prompt. Values predict the label, keys the token that the model expects after the input alone. The best site is the best of many: read it with care.",
            [new(["of", "offset from the label", "mean of heads", "best site", "its accuracy", "constant"], rows)],
            []);
    }

    private static ReportSection Conditions(JsonElement result)
    {
        var rows = new List<IReadOnlyList<string>> { Condition("base", result.GetProperty("accuracy"), null) };
        rows.AddRange(result.GetProperty("conditions").EnumerateObject().Select(c => Condition(c.Name, c.Value.GetProperty("model"), c.Value)));
        return new(
            "E6 and checks: changed inputs, labels and orders",
            "Report prompts with changed inputs, with labels permuted among demonstrations, with every label rotated to the next, and in other orders. Agreement of the model is with its own answers to the base prompts; with rotated labels it gives the rotated answer as often as the last column says.",
            [new(["condition", "accuracy", "difference from base", "model agrees with its base answers", "mixture agrees with the model", "most frequent label agrees", "agrees with rotated base answers"], rows)],
            []);
    }

    private static string[] Condition(string name, JsonElement model, JsonElement? condition) =>
    [
        name,
        $"{Estimate.Read(model.GetProperty("accuracy"))}",
        $"{Estimate.Read(model.GetProperty("differenceFromBase"))}",
        $"{Estimate.Read(model.GetProperty("agreementWithBase"))}",
        condition?.GetProperty("kernel").GetProperty("mixture") is { ValueKind: JsonValueKind.Object } mixture ? $"{Estimate.Read(mixture.GetProperty("agreement"))}" : "",
        condition is { } given ? $"{Estimate.Read(given.GetProperty("kernel").GetProperty("mostFrequentLabel"))}" : "",
        condition is { } rotated ? $"{Estimate.Read(rotated.GetProperty("agreementWithRotatedBase"))}" : "",
    ];

    private static void Line(ScottPlot.Plot plot, List<JsonElement> points, string name, string legend)
    {
        var line = plot.Add.Scatter(points.Select(p => p.GetProperty("prompts").GetDouble()).ToArray(), points.Select(p => p.GetProperty(name).GetDouble()).ToArray());
        line.LegendText = legend;
    }

    private static double[][] Grid(JsonElement grid) =>
        [.. grid.EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : double.NaN).ToArray())];
}
