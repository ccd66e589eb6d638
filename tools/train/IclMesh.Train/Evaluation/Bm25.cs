using IclMesh.Train.Text;

namespace IclMesh.Train.Evaluation;

/// <summary>Okapi BM25 over the words of texts, k1 = 1.2 and b = 0.75: the lexical reference beside the encoders.</summary>
/// <remarks>Source: S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; idf with 1 inside the logarithm, so that it stays positive.</remarks>
internal sealed class Bm25
{
    private const double Saturation = 1.2, LengthShare = 0.75;
    private readonly Dictionary<string, List<(int Text, double Weight)>> postings = new(StringComparer.Ordinal);
    private readonly int count;

    public Bm25(IReadOnlyList<string> texts)
    {
        count = texts.Count;
        var words = texts.Select(t => Words(t).ToList()).ToList();
        var meanLength = words.Average(w => w.Count);
        for (var text = 0; text < count; text++)
        {
            var norm = Saturation * (1 - LengthShare + (LengthShare * words[text].Count / meanLength));
            foreach (var group in words[text].GroupBy(w => w, StringComparer.Ordinal))
            {
                if (!postings.TryGetValue(group.Key, out var list))
                    postings[group.Key] = list = [];
                list.Add((text, group.Count() * (Saturation + 1) / (group.Count() + norm)));
            }
        }
    }

    /// <summary>The best k texts that share a word with the query, best first; ties go to the earlier text.</summary>
    public int[] Nearest(string query, int k)
    {
        var scores = new double[count];
        foreach (var word in Words(query).Distinct(StringComparer.Ordinal))
        {
            if (!postings.TryGetValue(word, out var list))
                continue;
            var idf = Math.Log(1 + ((count - list.Count + 0.5) / (list.Count + 0.5)));
            foreach (var (text, weight) in list)
                scores[text] += idf * weight;
        }
        return [.. Enumerable.Range(0, count).Where(i => scores[i] > 0).OrderByDescending(i => scores[i]).Take(k)];
    }

    private static IEnumerable<string> Words(string text) => BasicTokenizer.Words(text).Where(w => char.IsLetterOrDigit(w[0]));
}
