using IclMesh.Kernel.Core.Theory;

namespace IclMesh.Kernel.Tests.Theory;

public sealed class TheoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Operator_StartRow_EqualsForwardAlgorithm()
    {
        var model = HiddenMarkovModel.Draw(new(1), 7, 4, 3, temperature: 0.7);
        int[] input = [2, 0, 3, 1];

        var operation = model.Operator(input);
        var (log, state) = model.Forward(model.StartOf(1), input);

        var row = operation.AsSpan(model.Starts[1] * 7, 7);
        for (var s = 0; s < 7; s++)
        {
            Assert.Equal(row[s], Math.Exp(log) * state[s], 1e-14);
        }
    }

    [Fact]
    public void Forward_Likelihood_EqualsSumOverHiddenPaths()
    {
        var model = HiddenMarkovModel.Draw(new(2), 3, 3, 2, temperature: 1);
        int[] input = [1, 2, 0];

        var (log, _) = model.Forward(model.StartOf(0), input);

        var sum = 0.0;
        for (var path = 0; path < 27; path++)
        {
            int[] states = [path % 3, path / 3 % 3, path / 9];
            var probability = states[0] == model.Starts[0] ? 1.0 : 0.0;
            for (var t = 0; t < 3; t++)
            {
                probability *= model.Emission[states[t], input[t]] * (t < 2 ? model.Transition[states[t], states[t + 1]] : 1);
            }

            sum += probability;
        }

        Assert.Equal(Math.Log(sum), log, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Predict_ExactBayes_EqualsSumOverTaskSequences(double taskSwitch)
    {
        var drawn = HiddenMarkovModel.Draw(new(3), 4, 3, 2, temperature: 1);
        var model = new HiddenMarkovModel(drawn.Transition, drawn.Emission, drawn.Starts, taskSwitch);
        Example[] demonstrations = [new([0, 1], 2), new([2, 2], 0)];
        int[] query = [1, 0];

        var bayes = new ExactBayes(model);
        foreach (var demonstration in demonstrations)
        {
            bayes.Observe(demonstration);
        }

        var posterior = bayes.Predict(query);

        var joint = new double[3];
        for (var tasks = 0; tasks < 8; tasks++)
        {
            int[] sequence = [tasks & 1, (tasks >> 1) & 1, tasks >> 2];
            var weight = 0.5;
            for (var i = 0; i < 2; i++)
            {
                var operation = model.Operator(demonstrations[i].Input).AsSpan(model.Starts[sequence[i]] * 4, 4);
                weight *= model.Emit(operation)[demonstrations[i].Output];
                weight *= sequence[i] == sequence[i + 1] ? 1 - taskSwitch : taskSwitch;
            }

            var outputs = model.Emit(model.Operator(query).AsSpan(model.Starts[sequence[2]] * 4, 4));
            for (var y = 0; y < 3; y++)
            {
                joint[y] += weight * outputs[y];
            }
        }

        Near.Equal(Array.ConvertAll(joint, p => p / joint.Sum()), posterior, relative: 1e-11);
    }

    [Fact]
    public void Constructor_RowThatIsNoDistribution_NamesIt()
    {
        var error = Assert.Throws<MeshException>(() => new HiddenMarkovModel(new([0.5, 0.4, 0, 1], 2, 2), new([1, 0, 0, 1], 2, 2), [0]));

        Assert.Contains("row 0", error.Message, StringComparison.Ordinal);
        Assert.Equal("transition", Assert.Single(error.Violations).Field);
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(2, 1.0)]
    [InlineData(1, 0.3)]
    public void Identity_EnumeratedModel_HoldsToNineDigits(ulong seed, double temperature)
    {
        var model = HiddenMarkovModel.Draw(new(seed), 6, 5, 3, temperature);

        var check = IdentityCheck.Run(model, 3, Token);

        Assert.InRange(check.Largest, 0, 1e-9);
        // Raw features are off by a few hundredths: the check would see it.
        Assert.True(check.RawFeaturesError > 1e-3);
    }

    [Fact]
    public void Table3_ReferenceSetting_ReachesThePapersPlateau()
    {
        var rows = Table3Experiment.Run(Table3Settings.Reference(1), cancellationToken: Token);

        Assert.InRange(rows[^1].L1.Estimate, 0, 0.10);
        Assert.InRange(rows[^1].Agreement.Estimate, 0.95, 1);
        Assert.Equal(rows.Select(row => row.L1.Estimate), rows.Select(row => row.L1.Estimate).OrderDescending());
        Assert.All(rows, row => Assert.Equal(row.L1.Estimate, 2 * row.TotalVariation.Estimate, 1e-12));
    }

    [Fact]
    public void Table3_SameSeed_GivesTheSameNumbers_OtherSeedDoesNot()
    {
        var settings = Table3Settings.Reference(5) with { Models = 2, Prompts = 5, States = 12, Observations = 10, Samples = 100, Counts = [1, 8] };

        var first = Table3Experiment.Run(settings, cancellationToken: Token);
        var again = Table3Experiment.Run(settings, cancellationToken: Token);
        var other = Table3Experiment.Run(settings with { Seed = 6 }, cancellationToken: Token);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Table3_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            Table3Experiment.Run(Table3Settings.Reference(1) with { States = 20, Observations = 20 }, _ => source.Cancel(), source.Token));
    }

    [Fact]
    public void Rate_ManyDemonstrations_FallsLikeTheSquareRoot()
    {
        var model = HiddenMarkovModel.Draw(new(1), 6, 5, 3, temperature: 1);

        var rate = RateExperiment.Run(model, 3, [16, 64, 256, 1024, 4096], prompts: 100, seed: 1, cancellationToken: Token);

        Assert.InRange(rate.Exponent, -0.6, -0.4);
    }

    [Fact]
    public void Bias_TaskAlone_IsZero_OtherwiseWithinTheBound()
    {
        var model = HiddenMarkovModel.Draw(new(1), 6, 5, 3, temperature: 1);

        var rows = BiasExperiment.Run(model, 3, task: 0, [0.1, 0.5, 1], ridge: 1e-6, Token);

        Assert.All(rows, row => Assert.True(row.Bias <= row.Bound + 1e-9));
        Assert.Equal(0, rows[^1].Bias, 1e-9);
        Assert.True(rows[0].Bias > rows[1].Bias);
        Assert.True(rows[0].Epsilon > rows[1].Epsilon);
    }

    [Fact]
    public void Ginc_MoreDemonstrations_HelpBayes_UnlessTheTaskIsInconsistent()
    {
        var settings = new GincSettings(Seed: 1, Lengths: [5], Counts: [0, 16], Prompts: 60, KernelSamples: 200);

        var rows = GincExperiment.Run(settings, [GincVariant.Seen, GincVariant.Inconsistent], cancellationToken: Token);

        Assert.True(rows[1].Bayes.Estimate > rows[0].Bayes.Estimate);
        Assert.True(rows[1].Bayes.Estimate > 0.9);
        Assert.True(rows[3].Bayes.Estimate < 0.5);
        Assert.Equal([("transformer, 12 layers", 54.3)], rows[0].Published);
    }

    [Fact]
    public void Ginc_Chains_AreStochastic_AndMemoryKeepsTheDelimiterApart()
    {
        var world = new GincWorld(new());

        foreach (var chain in world.PropertyChains.Append(world.EntityChain))
        {
            for (var i = 0; i < chain.Rows; i++)
            {
                Assert.Equal(1, chain.Row(i).ToArray().Sum(), 1e-12);
            }
        }

        for (var v = 0; v < 10; v++)
        {
            Assert.Equal(0, world.Memory[v, 0]);
            Assert.All(Enumerable.Range(1, 9), s => Assert.InRange(world.Memory[v, s], 1, 49));
        }
    }
}
