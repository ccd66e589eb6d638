using IclMesh.Cli.Lab;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Kernel;

/// <summary>A head scan for people and programs.</summary>
internal static class KernelScanText
{
    public static object Json(ScanHeadsResponse report) => new
    {
        selectionPrompts = report.SelectionPrompts,
        reportPrompts = report.ReportPrompts,
        modelAccuracy = LabText.Number(report.ModelAccuracy),
        modelMajority = report.ModelMajority,
        mostFrequentLabel = LabText.Json(report.MostFrequentLabel),
        bestHead = new { layer = report.BestHead.Layer, head = report.BestHead.Head, pooling = report.BestHead.Pooling, view = View(report.BestHeadScore) },
        mixture = report.MixtureScore is null ? null : new { heads = report.Profile.Heads.Count, view = View(report.MixtureScore) },
        curve = report.Curve.Select(point => new { point.Prompts, point.SelectionAgreement, point.ReportAgreement }),
        layers = report.Layers.Select(layer => new { layer.Layer, areaUnderCurve = LabText.Number(layer.AreaUnderCurve), cumulativeShare = LabText.Number(layer.CumulativeShare) }),
        top = report.Heads.OrderByDescending(head => head.SelectionAgreement).Take(20).Select(head => new
        {
            head.Layer,
            head.Head,
            head.SelectionAgreement,
            head.ReportAgreement,
            reportAccuracy = LabText.Number(head.ReportAccuracy),
        }),
    };

    public static void Show(IAnsiConsole console, ScanHeadsResponse report)
    {
        var table = LabText.Table("view", "agreement", "null (mean, 97.5 %)", "p", "accuracy", "correlation");
        table.AddRow(["model", "", "", "", $"{report.ModelAccuracy:0.000}", ""]);
        table.AddRow(["constant", $"{report.ModelMajority:0.000}", "", "", "", ""]);
        table.AddRow(["most frequent label", LabText.Show(report.MostFrequentLabel), "", "", "", ""]);
        Row(table, $"head {report.BestHead.Layer}.{report.BestHead.Head}", report.BestHeadScore);
        if (report.MixtureScore is { } mixture)
        {
            Row(table, $"mixture of {report.Profile.Heads.Count} heads", mixture);
        }

        console.Write(table);
        console.WriteLine($"chosen on {report.SelectionPrompts} prompts, reported on {report.ReportPrompts}; intervals are 95 %");
        var curve = LabText.Table("selection prompts", "there", "held out");
        foreach (var point in report.Curve)
        {
            curve.AddRow($"{point.Prompts}", $"{point.SelectionAgreement:0.000}", $"{point.ReportAgreement:0.000}");
        }

        console.Write(curve);
    }

    private static void Row(Table table, string name, ViewScore view) => table.AddRow(
        name,
        LabText.Show(view.Agreement),
        $"{view.NullAgreement:0.000}, {view.NullHigh:0.000}",
        $"{view.PValue:0.000}",
        $"{view.Accuracy:0.000}",
        double.IsNaN(view.Correlation.Estimate) ? "" : LabText.Show(view.Correlation));

    private static object View(ViewScore view) => new
    {
        agreement = LabText.Json(view.Agreement),
        accuracy = LabText.Number(view.Accuracy),
        nullAgreement = view.NullAgreement,
        nullHigh = view.NullHigh,
        pValue = view.PValue,
        beatsNull = view.BeatsNull,
        correlation = LabText.Json(view.Correlation),
    };
}
