using System.Text;
using System.Text.RegularExpressions;
using IclMesh.Gateway.Analyses.Rewriting;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using AnalysisCase = IclMesh.Gateway.V1.JobSpec.AnalysisOneofCase;

namespace IclMesh.Gateway.StartJob;

internal static partial class StartJobRules
{
    private const int MaxRows = 10_000;
    private const string RewritingRule = "a name must be 1 to 64 of a-z, A-Z, 0-9, '_' and '-', beginning with a letter or a digit";

    /// <summary>Refuses a job with every broken field at once.</summary>
    public static void Check(StartJobRequest request, GatewayOptions options)
    {
        var rules = new RequestRules();
        rules.Require(request.Id.Length == 0 || IdPattern().IsMatch(request.Id), "id", "must be 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit");
        if (rules.Require(request.Spec?.Study is not null, "spec.study", "is required"))
        {
            CheckStudy(rules, request.Spec!.Study, options);
            CheckAnalysis(rules, request.Spec);
        }

        rules.ThrowIfBroken();
    }

    private static void CheckStudy(RequestRules rules, Study study, GatewayOptions options)
    {
        rules.NotBlank("spec.study.model", study.Model);
        rules.NotBlank("spec.study.encoder", study.Encoder);
        rules.NotBlank("spec.study.collection", study.Collection);
        PredictRules.CheckLabels(rules, study.Labels, field: "spec.study.labels");
        PredictRules.CheckTemplate(rules, study.Template, "spec.study.template");
        rules.InRange("spec.study.k", study.HasK ? study.K : 1, 1, PredictRules.MaxK);
        if (rules.InRange("spec.study.rows", study.Rows.Count, 2, MaxRows))
        {
            rules.InRange("spec.study.selection_rows", study.HasSelectionRows ? study.SelectionRows : 1, 1, study.Rows.Count - 1);
        }

        var names = study.Labels.Select(label => label.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < study.Rows.Count; i++)
        {
            var row = study.Rows[i];
            rules.NotBlank($"spec.study.rows[{i}].text", row.Text);
            var bytes = Encoding.UTF8.GetByteCount(row.Text);
            rules.Require(bytes <= options.MaxTextBytes, $"spec.study.rows[{i}].text", $"must be at most {options.MaxTextBytes} bytes of UTF-8, is {bytes}");
            rules.Require(names.Contains(row.Label), $"spec.study.rows[{i}].label", $"'{row.Label}' is not the name of a label");
            foreach (var (name, rewriting) in row.Rewritings)
            {
                var field = $"spec.study.rows[{i}].rewritings[\"{name}\"]";
                rules.Require(RewritingPattern().IsMatch(name), field, RewritingRule);
                var rewritten = Encoding.UTF8.GetByteCount(rewriting);
                rules.Require(rewritten <= options.MaxTextBytes, field, $"must be at most {options.MaxTextBytes} bytes of UTF-8, is {rewritten}");
            }
        }
    }

    private static void CheckAnalysis(RequestRules rules, JobSpec spec)
    {
        switch (spec.AnalysisCase)
        {
            case AnalysisCase.Attention:
                CheckAttention(rules, spec.Attention, spec.Study);
                break;
            case AnalysisCase.Influence:
                rules.InRange("spec.influence.prompts", spec.Influence.HasPrompts ? spec.Influence.Prompts : 4, 4, 2000);
                rules.InRange("spec.study.k", spec.Study.HasK ? spec.Study.K : 2, 2, PredictRules.MaxK);
                break;
            case AnalysisCase.Practice:
                CheckPractice(rules, spec.Practice, spec.Study);
                break;
            case AnalysisCase.Evaluation:
                rules.InRange("spec.evaluation.neighbours", spec.Evaluation.HasNeighbours ? spec.Evaluation.Neighbours : 1, 1, 1000);
                break;
            default:
                rules.Require(false, "spec.analysis", "is required: attention, influence, practice or evaluation");
                break;
        }
    }

    private static void CheckAttention(RequestRules rules, AttentionAnalysis attention, Study study)
    {
        rules.InRange("spec.attention.alignment_prompts", attention.AlignmentPrompts, 0, MaxRows);
        rules.InRange("spec.attention.similarity_prompts", attention.SimilarityPrompts, 0, MaxRows);
        rules.InRange("spec.attention.probe_prompts", attention.ProbePrompts, 0, MaxRows);
        rules.InRange("spec.attention.permutations", attention.HasPermutations ? attention.Permutations : 1, 1, 10_000);
        rules.Require(attention.Rewritings.Distinct().Count() == attention.Rewritings.Count, "spec.attention.rewritings", "must not repeat a name");
        var known = string.Join(", ", InputRewriters.All.Select(rewriter => rewriter.Name));
        foreach (var (i, name) in attention.Rewritings.Index())
        {
            if (!rules.Require(RewritingPattern().IsMatch(name), $"spec.attention.rewritings[{i}]", RewritingRule))
            {
                continue;
            }

            rules.Require(
                InputRewriters.Find(name) is not null || study.Rows.All(row => row.Rewritings.ContainsKey(name)),
                $"spec.attention.rewritings[{i}]",
                $"'{name}' is neither one of {known} nor a rewriting that every row brings");
        }
    }

    private static void CheckPractice(RequestRules rules, PracticeAnalysis practice, Study study)
    {
        foreach (var (i, k) in practice.DemonstrationCounts.Index())
        {
            rules.InRange($"spec.practice.demonstration_counts[{i}]", k, 0, PredictRules.MaxK);
        }

        foreach (var (i, noise) in practice.LabelNoise.Index())
        {
            rules.Require(noise is >= 0 and <= 1, $"spec.practice.label_noise[{i}]", $"must lie between 0 and 1, is {noise}");
        }

        foreach (var (i, template) in practice.Templates.Index())
        {
            PredictRules.CheckTemplate(rules, template, $"spec.practice.templates[{i}]");
        }

        rules.InRange("spec.practice.orders", practice.Orders, 0, 100);
        rules.InRange("spec.practice.order_search", practice.OrderSearch, 0, 100);
        rules.InRange("spec.practice.anchors", practice.Anchors, 0, study.HasSelectionRows ? study.SelectionRows : Math.Max(1, study.Rows.Count / 2));
        rules.Require(practice.DemonstrationCounts.Distinct().Count() == practice.DemonstrationCounts.Count, "spec.practice.demonstration_counts", "must not repeat a number");
        rules.Require(practice.Strategies.Distinct().Count() == practice.Strategies.Count, "spec.practice.strategies", "must not repeat a strategy");
        rules.Require(practice.LabelNoise.Distinct().Count() == practice.LabelNoise.Count, "spec.practice.label_noise", "must not repeat a share");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex IdPattern();

    // Part of a condition's name, which becomes the name of a file where a record is exported.
    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}\z")]
    private static partial Regex RewritingPattern();
}
