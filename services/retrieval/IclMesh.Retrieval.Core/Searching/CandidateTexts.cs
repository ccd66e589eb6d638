using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Reads the texts of the few candidates of which a search needs them, a few at a time, where candidates come without.</summary>
/// <param name="store">The store.</param>
/// <param name="collection">The collection.</param>
internal sealed class CandidateTexts(IDemonstrationStore store, CollectionName collection)
{
    private const int BatchRows = 16;

    /// <summary>Which of some candidates have a text, however their keys came to be equal.</summary>
    /// <param name="suspects">Candidates of the text's key.</param>
    /// <param name="normalized">The text as <see cref="NormalizedText"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Their ids.</returns>
    public async Task<HashSet<string>> SameAsync(IEnumerable<Demonstration> suspects, string normalized, CancellationToken cancellationToken)
    {
        var same = new HashSet<string>();
        await foreach (var read in ReadAsync(suspects, cancellationToken))
        {
            if (NormalizedText.Of(read.Text) == normalized)
            {
                same.Add(read.Id);
            }
        }

        return same;
    }

    /// <summary>MinHash signatures by id.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Dictionary<string, ulong[]>> SignaturesAsync(IEnumerable<Demonstration> candidates, CancellationToken cancellationToken)
    {
        var signatures = new Dictionary<string, ulong[]>();
        await foreach (var read in ReadAsync(candidates, cancellationToken))
        {
            signatures[read.Id] = MinHash.Signature(read.Text);
        }

        return signatures;
    }

    /// <summary>The hits whole.</summary>
    /// <param name="hits">What was chosen.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The hits, or null where one of them has changed since it was found.</returns>
    /// <exception cref="MeshException">Their texts take more than an answer may.</exception>
    public async Task<IReadOnlyList<SearchHit>?> CompleteAsync(IReadOnlyList<SearchHit> hits, CancellationToken cancellationToken)
    {
        default(AnswerSize).Add("k", hits.Sum(hit => hit.Demonstration.TextBytes));
        var read = new Dictionary<string, Demonstration>();
        var size = default(AnswerSize);
        await foreach (var demonstration in ReadAsync(hits.Select(hit => hit.Demonstration), cancellationToken))
        {
            var kept = demonstration with { Vector = [] };
            size.Add("k", kept);
            read.Add(kept.Id, kept);
        }

        return hits.All(hit => read.TryGetValue(hit.Demonstration.Id, out var now) && now.Version == hit.Demonstration.Version)
            ? [.. hits.Select(hit => hit with { Demonstration = read[hit.Demonstration.Id] with { Vector = hit.Demonstration.Vector } })]
            : null;
    }

    private async IAsyncEnumerable<Demonstration> ReadAsync(
        IEnumerable<Demonstration> candidates, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in candidates.Chunk(BatchRows))
        {
            // No text is empty: one that is there came with its candidate.
            var whole = batch.All(candidate => candidate.Text.Length > 0);
            foreach (var read in whole ? batch : await store.GetAsync(collection, [.. batch.Select(candidate => candidate.Id)], cancellationToken))
            {
                yield return read;
            }
        }
    }
}
