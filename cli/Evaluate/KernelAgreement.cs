using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary>How often a kernel view gives the model's label: chosen on the first half of the rows, reported on the second.</summary>
/// <param name="View">The view that agreed most on the first half.</param>
/// <param name="Agreement">Its agreement on the second half.</param>
/// <param name="FrequentLabel">Agreement on the second half of saying the most frequent label of a row's demonstrations.</param>
/// <param name="All">Agreement of every view on the second half.</param>
internal sealed record KernelAgreement(string View, Proportion Agreement, Proportion FrequentLabel, IReadOnlyDictionary<string, Proportion> All)
{
    public static KernelAgreement? Of(IReadOnlyList<PredictResponse> answers)
    {
        var explained = answers.Where(answer => answer.KernelViews.Count > 0).ToList();
        if (explained.Count < 2)
        {
            return null;
        }

        var selection = explained[..(explained.Count / 2)];
        var report = explained[(explained.Count / 2)..];
        var best = selection.SelectMany(answer => answer.KernelViews).GroupBy(view => view.Name).MaxBy(views => views.Count(view => view.Agrees))!.Key;
        var all = report.SelectMany(answer => answer.KernelViews).GroupBy(view => view.Name)
            .ToDictionary(views => views.Key, views => Proportion.Of([.. views], view => view.Agrees));
        return new(best, all[best], Proportion.Of(report, answer => MostFrequentLabel(answer) == answer.Label), all);
    }

    private static string MostFrequentLabel(PredictResponse answer) =>
        answer.Demonstrations.GroupBy(demonstration => demonstration.Label).MaxBy(group => group.Count())!.Key;
}
