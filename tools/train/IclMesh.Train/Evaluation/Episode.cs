namespace IclMesh.Train.Evaluation;

/// <summary>One few-shot question.</summary>
/// <param name="Texts">Pieces of k demonstrations and then of the query, [k + 1].</param>
/// <param name="Classes">Their classes, [k + 1]; the last one is the answer.</param>
/// <param name="Labels">Label pieces of every class, [C].</param>
internal sealed record Episode(int[][] Texts, int[] Classes, int[][] Labels)
{
    public int Demonstrations => Texts.Length - 1;
}
