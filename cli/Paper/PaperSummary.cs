using System.Text.Json;
using IclMesh.Cli.Reports;

namespace IclMesh.Cli.Paper;

/// <summary>The side-by-side table.</summary>
internal static class PaperSummary
{
    private static readonly string[] Conditions = ["rewritten.rare_words", "rewritten.clauses", "rewritten.typos", "labels.permuted", "labels.rotated"];

    public static Report Create(IReadOnlyList<(PaperTask Task, JsonElement Document)> results) => new(
        "Attention as a kernel: this model beside the paper's",
        [("paper", "arXiv 2305.12766v3, GPT-J-6B"), ("tasks", string.Join(", ", results.Select(result => result.Task.Folder)))],
        [
            new(
                "Table 2: reconstruction (E5)",
                "Here: head and mixture chosen on the selection prompts, reported on the others, with 95 % intervals; the null permutes labels within each prompt. The paper's figures are of another and larger model.",
                [
                    new(
                        ["task", "accuracy", "paper", "constant", "best head agrees", "paper", "null", "most frequent label", "mixture agrees", "margin correlation", "head's accuracy", "paper", "encoder kernel", "paper"],
                        [.. results.Select(result => Row(result.Task, result.Document))]),
                ],
                [
                    new("agreement", "Agreement of the fitted mixture with the model, by task.", plot => Plots.Bars(plot, [.. results.Select(result =>
                        (result.Task.Folder, Estimate.Read(result.Document.GetProperty("e5").GetProperty("mixture").GetProperty("agreement"))))])),
                ]),
            new(
                "Table 1: out-of-distribution inputs (E6)",
                "Accuracy of the model on report prompts. In the paper a chat model rewrote the inputs of SST-2: none 0.805, rare words 0.677, complex syntax 0.788, typos 0.534.",
                [
                    new(
                        ["task", "none", "rare words", "clauses shuffled", "typos", "labels permuted", "labels rotated"],
                        [.. results.Where(result => result.Task.Folder == PaperTask.CaseStudy).Select(result => (IReadOnlyList<string>)
                        [
                            result.Task.Folder,
                            $"{Estimate.Read(result.Document.GetProperty("accuracy").GetProperty("accuracy"))}",
                            .. Conditions.Select(name =>
                                $"{Estimate.Read(result.Document.GetProperty("conditions").GetProperty(name).GetProperty("model").GetProperty("accuracy"))}"),
                        ])]),
                ],
                []),
        ]);

    /// <summary>The figures of the table for programs.</summary>
    public static JsonElement Json(IReadOnlyList<(PaperTask Task, JsonElement Document)> results) => JsonSerializer.SerializeToElement(results.Select(result => new
    {
        task = result.Task.Folder,
        accuracy = result.Document.GetProperty("accuracy").GetProperty("accuracy"),
        majority = result.Document.GetProperty("accuracy").GetProperty("majority"),
        e5 = result.Document.GetProperty("e5"),
        paper = new { result.Task.Accuracy, result.Task.Agreement, result.Task.HeadAccuracy, result.Task.EncoderAccuracy },
    }));

    private static string[] Row(PaperTask task, JsonElement document)
    {
        var e5 = document.GetProperty("e5");
        var (head, mixture) = (e5.GetProperty("bestHead").GetProperty("view"), e5.GetProperty("mixture"));
        return
        [
            task.Folder,
            $"{Estimate.Read(document.GetProperty("accuracy").GetProperty("accuracy"))}",
            $"{task.Accuracy:0.000}",
            $"{Estimate.Number(document.GetProperty("accuracy"), "majority"):0.000}",
            $"{Estimate.Read(head.GetProperty("agreement"))}",
            $"{task.Agreement:0.000}",
            $"{Estimate.Number(head, "nullAgreement"):0.000}",
            $"{Estimate.Read(e5.GetProperty("mostFrequentLabel"))}",
            $"{Estimate.Read(mixture.GetProperty("agreement"))}",
            $"{Estimate.Read(mixture.GetProperty("correlation"))}",
            $"{Estimate.Number(head, "accuracy"):0.000}",
            $"{task.HeadAccuracy:0.000}",
            $"{Estimate.Number(e5.GetProperty("encoderKernel"), "accuracy"):0.000}",
            $"{task.EncoderAccuracy:0.000}",
        ];
    }
}
