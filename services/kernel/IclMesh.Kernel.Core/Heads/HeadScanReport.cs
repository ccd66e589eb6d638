namespace IclMesh.Kernel.Core.Heads;

/// <summary>Outcome of a head scan.</summary>
/// <param name="Scores">Every pooling and head.</param>
/// <param name="Best">The head that agreed most often on the selection prompts, the first of equals.</param>
/// <param name="BestScore">That head on the report prompts.</param>
/// <param name="Mixture">The mixture; null without log-probabilities.</param>
/// <param name="MixtureScore">The mixture on the report prompts.</param>
/// <param name="MostFrequentLabel">Agreement of the most frequent demonstration label (first of equals) with the model.</param>
/// <param name="ModelMajority">Share of the model's most frequent label: the agreement of a constant.</param>
/// <param name="ModelAccuracy">The model against the true labels; NaN without any.</param>
/// <param name="Curve">Selection curve.</param>
/// <param name="LayerScores">Per layer, by the first pooling.</param>
/// <param name="SelectionPrompts">Prompts that selected.</param>
/// <param name="ReportPrompts">Prompts that reported.</param>
public sealed record HeadScanReport(
    IReadOnlyList<HeadScore> Scores,
    HeadScore Best,
    ViewScore BestScore,
    HeadMixture? Mixture,
    ViewScore? MixtureScore,
    ConfidenceInterval MostFrequentLabel,
    double ModelMajority,
    double ModelAccuracy,
    IReadOnlyList<CurvePoint> Curve,
    IReadOnlyList<LayerScore> LayerScores,
    int SelectionPrompts,
    int ReportPrompts);
