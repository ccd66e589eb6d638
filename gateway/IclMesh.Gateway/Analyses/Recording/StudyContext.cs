using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>A study with its defaults filled in.</summary>
internal sealed class StudyContext
{
    public const int DefaultK = 8;

    public StudyContext(Study study, ModelCapabilities model)
    {
        Study = study;
        Model = model;
        Verbalizer = new(study.Labels);
        Template = PromptBuilder.Choose(study.Template, model.PromptFormat);
        K = study.HasK ? study.K : DefaultK;
        Strategy = study.Strategy == SelectionStrategy.Unspecified ? SelectionStrategy.Random : study.Strategy;
        SelectionRows = study.HasSelectionRows ? study.SelectionRows : study.Rows.Count / 2;
        var names = study.Labels.Select((label, index) => (label.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        Gold = [.. study.Rows.Select(row => names[row.Label])];
    }

    public Study Study { get; }

    public ModelCapabilities Model { get; }

    public Verbalizer Verbalizer { get; }

    public PromptTemplate Template { get; }

    public int K { get; }

    public SelectionStrategy Strategy { get; }

    /// <summary>The first so many rows choose, the others report.</summary>
    public int SelectionRows { get; }

    public int[] Gold { get; }

    public int Classes => Study.Labels.Count;

    public ulong Seed => Study.Seed;

    public IReadOnlyList<int> AllRows => [.. Enumerable.Range(0, Study.Rows.Count)];

    public IReadOnlyList<int> ReportRows => [.. Enumerable.Range(SelectionRows, Study.Rows.Count - SelectionRows)];

    /// <summary>True where a row reports instead of choosing.</summary>
    public bool Reports(int row) => row >= SelectionRows;

    /// <summary>The study's own way to prompt.</summary>
    public Condition Base => new() { Name = "base", Rows = AllRows, K = K, Strategy = Strategy };
}
