namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Chooses one candidate after the other. Quotas, budget and duplicates are not its business: it is asked only about those that are allowed.</summary>
internal interface ISelectionStrategy
{
    /// <summary>What choosing a candidate next is worth; the greatest is chosen, the more relevant one among equals.</summary>
    /// <param name="candidate">Its place in the pool; not chosen yet.</param>
    double Gain(int candidate);

    /// <summary>Takes note of a choice.</summary>
    /// <param name="candidate">Its place in the pool.</param>
    void Take(int candidate);

    /// <summary>Says for a person why a candidate is chosen next.</summary>
    /// <param name="candidate">Its place in the pool; not taken yet.</param>
    string Explain(int candidate);
}
