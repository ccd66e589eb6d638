namespace IclMesh.Inference.Core.Generation;

/// <summary>Keeps a generation on one of some token sequences.</summary>
/// <param name="choices">The sequences, at least one, none empty.</param>
/// <param name="end">Token that stands for stopping where one choice begins another; null for none.</param>
internal sealed class ChoiceGuide(IReadOnlyList<int[]> choices, int? end)
{
    private readonly List<int> taken = [];

    /// <summary>The sequence taken so far is a choice and no longer one begins with it.</summary>
    public bool IsComplete => Exact && !Alive.Any(choice => choice.Length > taken.Count);

    /// <summary>The sequence taken so far is a choice.</summary>
    public bool Exact => Alive.Any(choice => choice.Length == taken.Count);

    /// <summary>Tokens that may follow.</summary>
    public IReadOnlyCollection<int> Allowed
    {
        get
        {
            var next = Alive.Where(choice => choice.Length > taken.Count).Select(choice => choice[taken.Count]).ToHashSet();
            if (Exact && end is { } token)
            {
                next.Add(token);
            }

            return next;
        }
    }

    private IEnumerable<int[]> Alive => choices.Where(choice => choice.AsSpan().StartsWith(taken.ToArray()));

    /// <summary>Takes a token; false where it stands for stopping.</summary>
    public bool Take(int token)
    {
        if (Alive.Any(choice => choice.Length > taken.Count && choice[taken.Count] == token))
        {
            taken.Add(token);
            return true;
        }

        return false;
    }
}
