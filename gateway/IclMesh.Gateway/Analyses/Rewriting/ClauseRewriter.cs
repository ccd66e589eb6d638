namespace IclMesh.Gateway.Analyses.Rewriting;

/// <summary>Shuffles the clauses of a text, as punctuation and conjunctions divide it; a text of one clause is cut in the middle and turned round.</summary>
internal sealed class ClauseRewriter : IInputRewriter
{
    private static readonly HashSet<string> Marks = new(StringComparer.Ordinal) { ",", ";", ":", ".", "!", "?", "--", "-" };
    private static readonly HashSet<string> Conjunctions = new(StringComparer.OrdinalIgnoreCase) { "and", "but", "or", "because", "while", "although", "though", "that", "which", "who" };

    public string Name => "clauses";

    public string Rewrite(string text, ulong seed, int row)
    {
        var clauses = Split(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (clauses.Count == 1)
        {
            var words = clauses[0].Split(' ');
            clauses = [string.Join(' ', words[(words.Length / 2)..]), string.Join(' ', words[..(words.Length / 2)])];
        }
        else
        {
            clauses = [.. SeededHash.Shuffle(clauses, seed, 4, row)];
        }

        return string.Join(", ", clauses.Where(clause => clause.Length > 0));
    }

    private static List<string> Split(string[] words)
    {
        var clauses = new List<string>();
        var clause = new List<string>();
        foreach (var word in words)
        {
            var mark = Marks.Contains(word);
            if (mark || (Conjunctions.Contains(word) && clause.Count > 0))
            {
                Close();
            }

            if (!mark)
            {
                clause.Add(word.TrimEnd(',', ';', ':', '.'));
                if (word.Length > 1 && word[^1] is ',' or ';' or ':' or '.')
                {
                    Close();
                }
            }
        }

        Close();
        return clauses.Count > 0 ? clauses : [string.Join(' ', words)];

        void Close()
        {
            if (clause.Count > 0)
            {
                clauses.Add(string.Join(' ', clause));
                clause.Clear();
            }
        }
    }
}
