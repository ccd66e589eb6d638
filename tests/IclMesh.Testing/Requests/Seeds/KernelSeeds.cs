using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Kernel.V1;

namespace IclMesh.Testing.Requests.Seeds;

/// <summary>One or more valid requests for every RPC of the kernel service; streams hold their messages in order.</summary>
public static class KernelSeeds
{
    private const int N = 8;

    /// <summary>Requests by the name of their RPC.</summary>
    public static IReadOnlyDictionary<string, IMessage[]> All { get; } = new Dictionary<string, IMessage[]>
    {
        ["PredictLabels"] =
        [
            new PredictLabelsRequest { Labels = OneHot(), FeatureKernel = new() { Features = Floats(N, 2), Queries = Floats(3, 2), Bandwidth = 1 } },
            new PredictLabelsRequest { Labels = OneHot(), Precomputed = Floats(3, N) },
        ],
        ["ExplainPrediction"] =
        [
            new ExplainPredictionRequest
            {
                Labels = { 0, 1 },
                ModelProbabilities = { 0.3, 0.7 },
                Attention = Tensor([2, 1, 2], 0.1f, 0.3f, 0.1f, 0.4f),
                Similarities = { 0.9, -0.2 },
                Profile = new() { Name = "p", Heads = { new HeadWeight { Layer = 1, Weight = 1 } }, ClassBiases = { 0.1, 0.2 }, Faithfulness = new() { Agreement = 0.8, Low = 0.7, High = 0.9, NullAgreement = 0.5, Prompts = 9 } },
            },
        ],
        ["EvaluateKernel"] = [new EvaluateKernelRequest { Kernel = Polynomial(), Features = Samples(N, 2), Queries = Samples(3, 2) }, new EvaluateKernelRequest { Kernel = Rbf(), Features = Fp32(N, 2), Queries = Fp32(3, 2), Logarithm = true }],
        ["RunRegression"] =
        [
            new RunRegressionRequest { FeatureData = Data(), Labels = Labels(), Kernel = Rbf(), NadarayaWatson = new(), Gradients = true, StandardErrors = true, LeaveOneOut = true, Influence = true, WildBootstrap = new() { Replicates = 20, Level = 0.9 } },
            new RunRegressionRequest { FeatureData = Data(), Labels = Labels(), Kernel = Rbf(), LocalLinear = new() },
            new RunRegressionRequest { FeatureData = Data(), Labels = Labels(), Kernel = Rbf(), KernelRidge = new() { Ridge = 0.1 }, Leverages = true },
            new RunRegressionRequest { FeatureData = Data(), Labels = Labels(), NearestNeighbours = new() { K = 3 } },
            new RunRegressionRequest { PrecomputedData = new() { Queries = Samples(3, N), Demonstrations = Samples(N, N) }, Labels = Labels(), NadarayaWatson = new() { NegativeValues = NegativeValues.Clip } },
        ],
        ["SelectBandwidth"] =
        [
            new SelectBandwidthRequest { Features = Samples(N, 2), Labels = Labels(), Range = new() { Low = 0.1, High = 2, Count = 4 }, Refine = true, Folds = 2 },
            new SelectBandwidthRequest { Features = Samples(N, 2), Labels = Labels(), List = new() { Bandwidths = { 0.5, 1 } } },
            new SelectBandwidthRequest { Features = Samples(N, 2), Labels = Labels(), Neighbours = new() { Counts = { 2, 3 }, PerDemonstration = true } },
        ],
        ["SelectRidge"] = [new SelectRidgeRequest { Features = Samples(N, 2), Kernel = Rbf(), Labels = Labels(), Ridges = { 0.1, 1 } }, new SelectRidgeRequest { Precomputed = Samples(N, N), Labels = Labels(), Ridges = { 1 }, Generalised = true }],
        ["SelectKernel"] = [new SelectKernelRequest { Features = Samples(N, 2), Labels = Labels(), Kernels = { Rbf(), Polynomial() }, Folds = 2 }],
        ["PredictLabelSets"] = [new PredictLabelSetsRequest { Features = Samples(N, 2), Labels = { Classes() }, Classes = 2, Queries = Samples(3, 2), Kernel = Rbf(), ErrorRate = 0.3, CalibrationShare = 0.5 }],
        ["CorrelateValues"] = [new CorrelateValuesRequest { X = { 1, 2, 3, 5 }, Y = { 2, 1, 4, 3 }, Groups = { 0, 0, 1, 1 } }],
        ["MeasurePredictions"] = [new MeasurePredictionsRequest { Probabilities = Shares(N), Gold = { Classes() }, Baseline = { Classes() } }],
        ["CombinePredictions"] = [new CombinePredictionsRequest { ModelLogProbabilities = Doubles(N, 2), KernelShares = Shares(N), Gold = { Classes() }, SelectionRows = 4, Smoothing = 0.01, ConformalError = 0.4, Costs = { 1, 1, 1, 1, 1, 1, 1, 1 } }],
        ["PoolPredictions"] = [new PoolPredictionsRequest { ModelLogProbabilities = Doubles(3, 2), KernelShares = Shares(3), Weight = 0.3 }],
        ["ScanHeads"] = [new ScanHeadsRequest { Options = new() { Layers = 2, Heads = 1, Classes = 2, Poolings = { "label" }, Permutations = 5, CurveRepeats = 2 } }, .. Enumerable.Range(0, 6).Select(i => new ScanHeadsRequest { Prompt = Prompt(i) })],
        ["CorrelateAttention"] = [new CorrelateAttentionRequest { Attention = Tensor([1, 1, 3], 0.1f, 0.2f, 0.4f), Similarities = new() { Values = { 0.1, 0.3, 0.2 } } }, new CorrelateAttentionRequest { Attention = Tensor([1, 1, 3], 0.3f, 0.2f, 0.1f), Distributions = new() { Fp64 = Shares(4) } }],
        ["AlignAttention"] = [new AlignAttentionRequest { Attention = Tensor([1, 1, 4], 0.1f, 0.2f, 0.3f, 0.4f), Inputs = { new TokenRange { Start = 1, End = 2 } }, Labels = { new TokenRange { Start = 2, End = 3 } }, Query = new() { Start = 3, End = 4 } }],
        ["CrossValidateProbes"] = [new CrossValidateProbesRequest { Options = new() { Classes = { Classes() }, ClassCount = 2, Groups = { Enumerable.Range(0, N) }, Folds = 2 } }, new CrossValidateProbesRequest { Site = new() { Name = "s", Features = Samples(N, 2) } }],
        ["FitLinearProbe"] = [new FitLinearProbeRequest { Features = Samples(N, 2), Targets = Labels(), Queries = Samples(3, 2), Ridge = 0.1, Intercept = true }],
        ["ScoreInduction"] = [new ScoreInductionRequest { Tokens = { 1, 2, 1, 2 }, Attention = Tensor([1, 4, 4], Values(16)), Contributions = Tensor([1, 2, 3], Values(6)), CopiedTokens = { 1, 2 } }],
        ["CheckIdentity"] = [new CheckIdentityRequest { Model = Model(), Length = 2 }],
        ["RunTable3"] = [new RunTable3Request { Models = 1, Prompts = 3, States = 3, Observations = 2, Tasks = 2, Length = 2, Samples = 2, Counts = { 1, 2 }, Kernel = new() { Ridge = 0.1 } }],
        ["MeasureRate"] = [new MeasureRateRequest { Model = Model(), Length = 2, Prompts = 3, Counts = { 1, 2, 4 } }],
        ["MeasureBias"] = [new MeasureBiasRequest { Model = Model(), Length = 2, TaskWeights = { 0.1, 0.5 } }, new MeasureBiasRequest { Model = new() { Transition = Shares(2), Emission = Shares(2), Starts = { 0, 1 } }, Length = 2, TaskWeights = { 0.5 } }],
        ["RunGinc"] = [new RunGincRequest { Vocabulary = 10, Permutations = 1, Prompts = 2, Lengths = { 3 }, Counts = { 1 }, Variants = { GincVariant.Seen } }],
    };

    private static Kernel.V1.Kernel Rbf() => new() { Function = KernelFunction.Rbf, Bandwidth = 1 };

    private static Kernel.V1.Kernel Polynomial() => new() { Function = KernelFunction.Polynomial, Gamma = 0.5, Degree = 2, Offset = 1 };

    private static ModelSpec Model() => new() { States = 3, Observations = 2, Tasks = 2, Temperature = 1 };

    private static FeatureData Data() => new() { Features = Samples(N, 2), Queries = Samples(3, 2) };

    private static Samples Samples(int rows, int columns) => new() { Fp64 = Doubles(rows, columns) };

    private static Samples Fp32(int rows, int columns) => new() { Fp32 = Floats(rows, columns) };

    private static Samples Labels() => new() { Fp64 = Matrix(N, 2, [.. Classes().SelectMany(label => new double[] { 1 - label, label })]) };

    private static Type.V1.Matrix OneHot() => Floats(N, 2, [.. Classes().SelectMany(label => new float[] { 1 - label, label })]);

    private static Type.V1.Matrix Floats(int rows, int columns) => Floats(rows, columns, Values(rows * columns));

    private static Type.V1.Matrix Floats(int rows, int columns, float[] values) => new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };

    private static Type.V1.Tensor Tensor(int[] shape, params float[] values) => new() { Shape = { shape }, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };

    private static DoubleMatrix Doubles(int rows, int columns) => Matrix(rows, columns, [.. Values(rows * columns).Select(value => (double)value)]);

    private static DoubleMatrix Shares(int rows) => Matrix(rows, 2, [.. Enumerable.Range(0, rows).SelectMany(i => new[] { (i + 1.0) / (rows + 1), 1 - ((i + 1.0) / (rows + 1)) })]);

    private static IEnumerable<int> Classes() => Enumerable.Range(0, N).Select(i => i * 5 % 3 % 2);

    private static float[] Values(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7 % 11 / 11f) + 0.05f)];

    private static DoubleMatrix Matrix(int rows, int columns, double[] values) => new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(values)) };

    private static RecordedPrompt Prompt(int i) => new()
    {
        Attention = { Tensor([2, 1, 3], Values(6)) },
        Labels = { 0, 1, i % 2 },
        ModelLabel = i % 2,
        GoldLabel = i % 2,
        LogProbabilities = { -0.5, -1 },
        Report = i >= 3,
    };
}
