using CsCheck;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Tests.Exact;

public sealed class BestSlotsTests
{
    [Fact]
    public void Offer_AnyScores_KeepsTheBestAndAllTiesOfTheLast() =>
        Gen.Int[0, 5].Select(i => (float)i).Array[0, 40].Select(Gen.Int[1, 10]).Sample((scores, limit) =>
        {
            var best = new BestSlots(limit);
            for (var slot = 0; slot < scores.Length; slot++)
            {
                best.Offer(slot, scores[slot]);
            }

            var sorted = scores.Select((score, slot) => new ScoredSlot(slot, score)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Slot).ToArray();
            var last = sorted.Length <= limit ? float.NegativeInfinity : sorted[limit - 1].Score;
            Assert.Equal(sorted.Where(hit => hit.Score >= last), best.ToArray());
        });
}
