namespace IclMesh.Kernel.Core.Heads;

/// <summary>A kernel view on the report prompts.</summary>
/// <param name="Agreement">Share of prompts where view and model agree, with its Wilson interval.</param>
/// <param name="Accuracy">Share of prompts with a known label where the view is right; NaN without any.</param>
/// <param name="NullAgreement">Mean agreement after permuting labels among the demonstrations of each prompt.</param>
/// <param name="NullHigh">97.5 % quantile of the null's rounds.</param>
/// <param name="PValue">Share of rounds, the observed one counted in, that agree at least as often.</param>
/// <param name="Correlation">Pearson correlation with the model's centred label log-probabilities, with interval; NaN without them.</param>
public sealed record ViewScore(
    ConfidenceInterval Agreement, double Accuracy, double NullAgreement, double NullHigh, double PValue, ConfidenceInterval Correlation)
{
    /// <summary>The interval of the agreement lies above the null.</summary>
    public bool BeatsNull => Agreement.Low > NullAgreement;
}
