namespace IclMesh.Kernel.Core.Selection;

/// <summary>Seeded folds.</summary>
public static class Folding
{
    /// <summary>Training and test rows of every fold; sizes differ by one at most.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="folds">Folds, 2 … count.</param>
    /// <param name="seed">Seed of the shuffle.</param>
    public static IEnumerable<(int[] Train, int[] Test)> Split(int count, int folds, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(folds, count);
        var order = new SeededRandom(seed).Permutation(count);
        for (var fold = 0; fold < folds; fold++)
        {
            var (from, to) = ((int)((long)count * fold / folds), (int)((long)count * (fold + 1) / folds));
            yield return ([.. order[..from], .. order[to..]], order[from..to]);
        }
    }
}
