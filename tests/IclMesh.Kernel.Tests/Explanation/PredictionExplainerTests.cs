namespace IclMesh.Kernel.Tests.Explanation;

public sealed class PredictionExplainerTests
{
    [Fact]
    public void FromAttention_OneHead_IsThePapersWeightedVote()
    {
        var labels = DenseMatrix.OneHot([0, 1, 1], 2);
        var profile = new AttentionProfile([new(0, 1, 2)], null);

        var view = PredictionExplainer.FromAttention([9, 9, 9, 0.1f, 0.2f, 0.1f], 1, 2, labels, modelLabel: 1, profile);

        Near.Equal([0.25, 0.5, 0.25], view.Weights, relative: 1e-7);
        Near.Equal([0.25, 0.75], view.Probabilities, relative: 1e-7);
        Assert.True(view.Agrees);
        Assert.Equal(1 / 0.375, view.EffectiveCount, 1e-6);
        // Without the first the label has all the weight; without the second half of it; without the third 0.2 of 0.3.
        Near.Equal([0.75 - 1, 0.75 - 0.5, 0.75 - (2 / 3.0)], view.RemovalEffects, relative: 1e-6);
    }

    [Fact]
    public void FromAttention_ClassBiases_MakeTheViewLogLinear()
    {
        var labels = DenseMatrix.OneHot([0, 1], 2);
        var profile = new AttentionProfile([new(0, 0, 3)], [1, 0]);

        var view = PredictionExplainer.FromAttention([0.25f, 0.75f], 1, 1, labels, modelLabel: 1, profile);

        var expected = 1 / (1 + Math.Exp((1 + (3 * 0.25)) - (3 * 0.75)));
        Assert.Equal(expected, view.Probabilities[1], 1e-12);
        Near.Equal([0.25, 0.75], view.Weights, relative: 1e-7);
    }

    [Fact]
    public void FromAttention_HeadWithoutMass_TakesNoPart()
    {
        var labels = DenseMatrix.OneHot([0, 1], 2);
        var profile = new AttentionProfile([new(0, 0, 1), new(0, 1, 1)], null);

        var view = PredictionExplainer.FromAttention([0, 0, 1, 3], 1, 2, labels, modelLabel: 1, profile);

        Near.Equal([0.25, 0.75], view.Weights, relative: 1e-12);
    }

    [Fact]
    public void FromAttention_NoMassAnywhere_WeighsAllAlike()
    {
        var view = PredictionExplainer.FromAttention([0, 0, 0, 0], 1, 1, DenseMatrix.OneHot([0, 1, 0, 0], 2), modelLabel: 0);

        Assert.Equal([0.25, 0.25, 0.25, 0.25], view.Weights);
        Assert.Equal([0.75, 0.25], view.Probabilities);
    }

    [Fact]
    public void FromKernel_OneDemonstration_ContributesAgainstUniform()
    {
        var view = PredictionExplainer.FromKernel([0.4], DenseMatrix.OneHot([1], 4), modelLabel: 1);

        Assert.Equal([0.75], view.RemovalEffects);
        Assert.Equal([0.75], view.Contributions);
        Assert.Equal(1, view.EffectiveCount);
    }

    [Fact]
    public void FromAttention_AnyInput_KeepsItsInvariants()
    {
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Bool, Gen.ULong).Sample((layers, heads, count, biased, seed) =>
        {
            var random = new SeededRandom(seed);
            var attention = new float[layers * heads * count];
            foreach (ref var value in attention.AsSpan())
            {
                value = random.Below(4) == 0 ? 0 : (float)random.Uniform();
            }

            var labels = Draw.Labels(count, 3, seed);
            var profile = AttentionProfile.Default(layers, heads) with { ClassBiases = biased ? [0.3, -1, 0] : null };
            var order = random.Permutation(count);
            var permuted = new float[attention.Length];
            for (var i = 0; i < attention.Length; i++)
            {
                permuted[i] = attention[(i / count * count) + order[i % count]];
            }

            var view = PredictionExplainer.FromAttention(attention, layers, heads, labels, 2, profile);
            var other = PredictionExplainer.FromAttention(permuted, layers, heads, labels.Select(order), 2, profile);

            Assert.Equal(1, view.Weights.Sum(), 1e-9);
            Assert.Equal(1, view.Probabilities.Sum(), 1e-9);
            Assert.InRange(view.EffectiveCount, 1 - 1e-9, count + 1e-9);
            Assert.All(view.RemovalEffects, effect => Assert.InRange(effect, -1, 1));
            if (!biased)
            {
                Assert.Equal(view.Probabilities[2] - (1 / 3.0), view.Contributions.Sum(), 1e-6);
            }

            Near.Equal(view.Probabilities, other.Probabilities, relative: 1e-6, absolute: 1e-9);
            Near.Equal(Array.ConvertAll(order, i => view.Contributions[i]), other.Contributions, relative: 1e-5, absolute: 1e-7);
        }, iter: 300, threads: 1);
    }
}
