using IclMesh.Cli.Analyze;
using AnalysisCase = IclMesh.Gateway.V1.JobSpec.AnalysisOneofCase;

namespace IclMesh.Cli.Reports;

/// <summary>The report of a job.</summary>
internal static class ReportFactory
{
    public static Report Create(JobResult result) => result.Job.Spec.AnalysisCase switch
    {
        AnalysisCase.Attention => new(Title("Attention as a kernel", result), Facts(result), AttentionReport.Sections(result.Document)),
        AnalysisCase.Influence => new(Title("Influence of demonstrations", result), Facts(result), InfluenceReport.Sections(result.Document)),
        AnalysisCase.Practice => new(Title("What changes accuracy", result), Facts(result), PracticeReport.Sections(result.Document)),
        AnalysisCase.Evaluation => new(Title("Model, kernel, and both", result), Facts(result), EvaluationSections.Of(result.Document)),
        var other => throw new InvalidOperationException($"no report of {other}"),
    };

    private static string Title(string title, JobResult result) => $"{title}: {Path.GetFileName(result.Job.Spec.Study.Model)}";

    private static List<(string Name, string Value)> Facts(JobResult result)
    {
        var study = result.Job.Spec.Study;
        return
        [
            ("model", study.Model),
            ("encoder", study.Encoder),
            ("collection", study.Collection),
            ("labels", string.Join(", ", study.Labels.Select(label => label.Name))),
            ("rows", $"{result.Job.Rows}; {(study.HasSelectionRows ? study.SelectionRows : result.Job.Rows / 2)} choose, the others report"),
            ("demonstrations", $"{study.K}, {study.Strategy.ToString().ToLowerInvariant()}"),
            ("seed", $"{study.Seed}"),
            ("job", result.Job.Id),
        ];
    }
}
