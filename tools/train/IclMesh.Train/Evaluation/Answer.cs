namespace IclMesh.Train.Evaluation;

/// <summary>What the model said to one episode.</summary>
/// <param name="Logits">Logit (or log-probability) of every class's label, [C].</param>
/// <param name="Attention">Attention of the last position by layer and head on each demonstration's tail, its label and [NL] together, [L][H][k]; empty unless asked for.</param>
internal sealed record Answer(float[] Logits, float[][][] Attention)
{
    public int Class => Array.IndexOf(Logits, Logits.Max());
}
