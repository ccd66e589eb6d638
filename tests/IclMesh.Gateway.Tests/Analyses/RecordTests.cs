using IclMesh.Gateway.Analyses;
using IclMesh.Gateway.Analyses.Influence;
using IclMesh.Gateway.Analyses.Recording;

namespace IclMesh.Gateway.Tests.Analyses;

public sealed class RecordTests
{
    [Fact]
    public void TensorFile_WrittenAndRead_IsTheSame()
    {
        var tensors = new Dictionary<string, NamedTensor> { ["3.keys"] = new([2, 1, 2], [1, -2, float.Epsilon, 4]), ["3.empty"] = new([0, 5], []) };

        var read = TensorFile.Read(TensorFile.Write(tensors));

        Assert.Equal(["3.empty", "3.keys"], read.Keys.Order());
        Assert.Equal([1, -2, float.Epsilon, 4], read["3.keys"].Values);
        Assert.Equal([2, 1, 2], read["3.keys"].Shape);
        Assert.Equal([0, 5], read["3.empty"].Shape);
    }

    [Fact]
    public void Write_Results_RoundsToSixDigitsAndHasNoNumberThatJsonLacks() => Assert.Equal(
        """{"small":0.000123457,"large":123457,"none":null,"nothing":null,"grid":[[1,2],[3,null]]}""",
        ResultJson.Write(new
        {
            Small = 0.000123456789,
            Large = 123456.789,
            None = double.NaN,
            Nothing = double.PositiveInfinity,
            Grid = ResultJson.Grid([1, 2, 3, double.NaN], heads: 2),
        }));

    [Fact]
    public void Shuffle_SameSeedAndRow_IsTheSamePermutationAndOtherRowsDiffer()
    {
        int[] items = [.. Enumerable.Range(0, 20)];

        var first = SeededHash.Shuffle(items, seed: 5, purpose: 1, row: 0);

        Assert.Equal(first, SeededHash.Shuffle(items, seed: 5, purpose: 1, row: 0));
        Assert.Equal(items, first.Order());
        Assert.NotEqual(first, SeededHash.Shuffle(items, seed: 5, purpose: 1, row: 1));
        Assert.NotEqual(first, SeededHash.Shuffle(items, seed: 5, purpose: 2, row: 0));
        Assert.NotEqual(first, SeededHash.Shuffle(items, seed: 6, purpose: 1, row: 0));
    }

    [Fact]
    public void Effect_LeavingVoter_IsTheChangeOfTheMargin()
    {
        // Votes 0.5 and 0.3 of 0.8 for label 0 and 1; without the first voter 0.2 and 0.3 of 0.5.
        Assert.Equal(0.25 - (-0.2), Margins.Effect([0.3f, 0.3f, 0.2f], [0, 1, 0], leaving: 0, label: 0, classes: 2), 6);
        Assert.Equal(1, Margins.Effect([0.3f], [0], leaving: 0, label: 0, classes: 2), 6);
    }
}
