using IclMesh.Gateway.Analyses.Rewriting;
using IclMesh.Gateway.Predict;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Writes the prompts of a condition.</summary>
internal sealed class PromptWriter(StudyContext study, Condition condition, DemonstrationSource source)
{
    // Purposes of random numbers: the same seed must not tie them together.
    private const int PermutedLabels = 1;
    private const int NoisyRow = 2;
    private const int NewLabel = 3;
    private const int OrderBase = 1000;

    private readonly PromptBuilder builder = new(condition.Template ?? study.Template, study.Verbalizer);

    /// <summary>The demonstrations of a row as they are shown, with their labels.</summary>
    public async Task<(Hit Hit, int Label)[]> ShowAsync(int row, CancellationToken cancellationToken)
    {
        row = condition.Fixed ? 0 : row;
        var hits = await source.GetAsync(row, condition.Strategy, condition.K, cancellationToken);
        (Hit Hit, int Label)[] shown =
            [.. hits.Select(hit => (hit, study.Verbalizer.Class(hit.Demonstration.Label, study.Study.Collection)))];
        shown = Relabel(row, shown);
        if (condition.Order > 0)
        {
            shown = SeededHash.Shuffle(shown, study.Seed, OrderBase + condition.Order, row);
        }

        return [.. shown.Where((_, index) => index != condition.LeftOut)];
    }

    /// <summary>The request that scores a row's labels.</summary>
    public ScoreRequest Score(int row, IEnumerable<(Hit Hit, int Label)> shown)
    {
        var request = new ScoreRequest
        {
            Model = study.Study.Model,
            Segments = { Segments(row, shown) },
            Choices = { builder.Choices() },
        };
        if (condition.Poolings.Count > 0)
        {
            request.Attention = new() { Poolings = { condition.Poolings } };
        }

        return request;
    }

    /// <summary>The prompt of a row.</summary>
    public IEnumerable<Segment> Segments(int row, IEnumerable<(Hit Hit, int Label)> shown) =>
        builder.Build(shown.Select(pair => new PromptedDemonstration(pair.Hit, pair.Label)), Input(row));

    private string Input(int row)
    {
        var text = study.Study.Rows[row];
        return condition.Input ?? (condition.Rewriting.Length == 0 ? text.Text
            : text.Rewritings.TryGetValue(condition.Rewriting, out var rewritten) ? rewritten
            : InputRewriters.Find(condition.Rewriting)!.Rewrite(text.Text, study.Seed, row));
    }

    private (Hit Hit, int Label)[] Relabel(int row, (Hit Hit, int Label)[] shown) => condition.Labels switch
    {
        LabelChange.Permuted =>
            [.. shown.Zip(SeededHash.Shuffle([.. shown.Select(pair => pair.Label)], study.Seed, PermutedLabels, row), (pair, label) => (pair.Hit, label))],
        LabelChange.Rotated => [.. shown.Select(pair => (pair.Hit, (pair.Label + 1) % study.Classes))],
        LabelChange.Noisy =>
        [
            .. shown.Select((pair, index) => SeededHash.Uniform(study.Seed, NoisyRow, row, index) < condition.Noise
                ? (pair.Hit, SeededHash.Below(study.Classes, study.Seed, NewLabel, row, index))
                : pair),
        ],
        _ => shown,
    };
}
