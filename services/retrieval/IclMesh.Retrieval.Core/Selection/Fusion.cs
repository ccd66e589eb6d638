using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Makes one ranked list of a vector list and a text list.</summary>
internal static class Fusion
{
    /// <summary>Fuses two lists.</summary>
    /// <param name="vectors">The vector list, best first.</param>
    /// <param name="texts">The text list, best first.</param>
    /// <param name="settings">How.</param>
    /// <param name="similarity">Similarity of a demonstration that only the text list holds.</param>
    /// <returns>The candidates, the greatest fused score first, equal ones by id.</returns>
    public static List<Candidate> Fuse(
        IReadOnlyList<VectorMatch> vectors, IReadOnlyList<TextMatch> texts, FusionSettings settings, Func<TextMatch, float> similarity)
    {
        var fused = new Dictionary<string, Candidate>();
        for (var i = 0; i < vectors.Count; i++)
        {
            var (demonstration, score) = vectors[i];
            var part = settings.VectorWeight * Part(settings, i + 1, score, vectors[^1].Score, vectors[0].Score);
            fused.Add(demonstration.Id, new(demonstration, new(score, VectorRank: i + 1, FusedScore: part), part));
        }

        for (var i = 0; i < texts.Count; i++)
        {
            var (demonstration, score) = texts[i];
            var part = settings.TextWeight * Part(settings, i + 1, score, texts[^1].Score, texts[0].Score);
            var before = fused.GetValueOrDefault(demonstration.Id)
                ?? new Candidate(demonstration, new(similarity(texts[i]), VectorRank: 0), Relevance: 0);
            var sum = before.Relevance + part;
            fused[demonstration.Id] = before with
            {
                Scores = before.Scores with { TextScore = score, TextRank = i + 1, FusedScore = sum },
                Relevance = sum,
            };
        }

        return [.. fused.Values.OrderByDescending(candidate => candidate.Relevance).ThenBy(candidate => candidate.Demonstration.Id, Utf8Order.Instance)];
    }

    private static double Part(FusionSettings settings, int rank, double score, double least, double greatest) =>
        settings.Method == FusionMethod.ReciprocalRank
            ? 1 / (settings.RankConstant + rank)
            : greatest > least ? (score - least) / (greatest - least) : 1;
}
