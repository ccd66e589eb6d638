using System.Text.Json;
using Grpc.Core;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Verification;

/// <summary>Runs every case of an <c>expected.json</c> through a kernel service and reports the largest relative difference per group.</summary>
/// <remarks>
/// Expected values come from scikit-learn, statsmodels and SciPy, printed with twelve decimals; half a unit of the last one is granted before a difference
/// counts.
/// </remarks>
public sealed class KernelVerifier
{
    /// <summary>Relative difference that 64-bit arithmetic is allowed.</summary>
    internal const double Tolerance64 = 1e-9;
    private const double Tolerance32 = 1e-5;
    private readonly KernelService.KernelServiceClient kernel;
    private readonly HeadAnalysisService.HeadAnalysisServiceClient analysis;
    private readonly DifferenceTracker differences = new();

    /// <summary>Verifies a service.</summary>
    /// <param name="channel">Channel to it.</param>
    public KernelVerifier(ChannelBase channel)
    {
        kernel = new(channel);
        analysis = new(channel);
    }

    /// <summary>Runs every case that the document holds.</summary>
    /// <param name="json">UTF-8 JSON in the format of <c>golden/kernel/expected.json</c>.</param>
    /// <param name="cancellationToken">Checked at every call.</param>
    /// <exception cref="MeshException">The document holds a case that this service does not know.</exception>
    public async Task<IReadOnlyList<VerificationGroup>> RunAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken = default)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw MeshException.Invalid("golden", $"is not JSON: {exception.Message}");
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.TryGetProperty("one_dimension", out var oneDimension))
            {
                await new OneDimensionVerifier(kernel, differences).RunAsync(oneDimension, cancellationToken);
            }

            if (root.TryGetProperty("classes", out var classes))
            {
                foreach (var single in new[] { false, true })
                {
                    await VerifyKernelsAsync(classes, single, cancellationToken);
                    await VerifyMeansAsync(classes, single, cancellationToken);
                }

                await VerifyRidgeAsync(classes, cancellationToken);
                await VerifyNeighboursAsync(classes, cancellationToken);
                if (root.TryGetProperty("ridge_probe", out var probe))
                {
                    await VerifyProbeAsync(classes, probe, cancellationToken);
                }
            }

            await VerifyCorrelationAsync(root, cancellationToken);
            await VerifyDivergenceAsync(root, cancellationToken);
            return differences.Groups.Count > 0 ? differences.Groups : throw MeshException.Invalid("golden", "holds no case that this service knows");
        }
    }

    private static Samples Labels(JsonElement classes, bool single)
    {
        int[] labels = [.. classes.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
        var count = labels.Max() + 1;
        var hot = new double[labels.Length * count];
        for (var i = 0; i < labels.Length; i++)
        {
            hot[(i * count) + labels[i]] = 1;
        }

        return WireValues.Samples(hot, labels.Length, count, single);
    }

    private static FeatureData Data(JsonElement classes, bool single) => new()
    {
        Features = classes.GetProperty("features").Samples(single),
        Queries = classes.GetProperty("queries").Samples(single),
    };

    private static IEnumerable<JsonProperty> Cases(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var cases) ? cases.EnumerateObject() : [];

    private async Task VerifyKernelsAsync(JsonElement classes, bool single, CancellationToken cancellationToken)
    {
        foreach (var item in Cases(classes, "kernels"))
        {
            var data = Data(classes, single);
            var request = new EvaluateKernelRequest { Kernel = ExpectedNames.ParseKernel(item.Name), Features = data.Features, Queries = data.Queries };
            var response = await kernel.EvaluateKernelAsync(request, cancellationToken: cancellationToken);
            Compare("kernels", item, response.Values.Values(), single);
        }
    }

    private async Task VerifyMeansAsync(JsonElement classes, bool single, CancellationToken cancellationToken)
    {
        foreach (var item in Cases(classes, "nadaraya_watson"))
        {
            var request = new RunRegressionRequest
            {
                FeatureData = Data(classes, single),
                Labels = Labels(classes, single),
                Kernel = ExpectedNames.ParseKernel(item.Name),
            };
            Compare("Nadaraya-Watson", item, (await kernel.RunRegressionAsync(request, cancellationToken: cancellationToken)).Predictions.Values(), single);
        }
    }

    private async Task VerifyRidgeAsync(JsonElement classes, CancellationToken cancellationToken)
    {
        foreach (var item in Cases(classes, "kernel_ridge"))
        {
            var parameters = ExpectedNames.ParseParameters(item.Name[(item.Name.IndexOf(';', StringComparison.Ordinal) + 1)..], ';');
            var request = new RunRegressionRequest
            {
                FeatureData = Data(classes, single: false),
                Labels = Labels(classes, single: false),
                Kernel = ExpectedNames.ParseKernel(item.Name[..item.Name.IndexOf(';', StringComparison.Ordinal)]),
                KernelRidge = new() { Ridge = ExpectedNames.ParseNumber(parameters["ridge"]) },
            };
            Compare("kernel ridge", item, (await kernel.RunRegressionAsync(request, cancellationToken: cancellationToken)).Predictions.Values(), single: false);
        }
    }

    private async Task VerifyNeighboursAsync(JsonElement classes, CancellationToken cancellationToken)
    {
        foreach (var item in Cases(classes, "knn"))
        {
            var parameters = ExpectedNames.ParseParameters(item.Name, ';');
            var request = new RunRegressionRequest
            {
                FeatureData = Data(classes, single: false),
                Labels = Labels(classes, single: false),
                NearestNeighbours = new()
                {
                    K = (int)ExpectedNames.ParseNumber(parameters["k"]),
                    Metric = parameters["metric"] switch
                    {
                        "euclidean" => NeighbourMetric.Euclidean,
                        "cosine" => NeighbourMetric.Cosine,
                        var other => throw MeshException.Invalid("golden", $"metric '{other}' is not known"),
                    },
                    Weights = parameters["weights"] switch
                    {
                        "uniform" => NeighbourWeights.Uniform,
                        "distance" => NeighbourWeights.Distance,
                        var other => throw MeshException.Invalid("golden", $"weights '{other}' are not known"),
                    },
                },
            };
            Compare("nearest neighbours", item, (await kernel.RunRegressionAsync(request, cancellationToken: cancellationToken)).Predictions.Values(), single: false);
        }
    }

    private async Task VerifyProbeAsync(JsonElement classes, JsonElement probe, CancellationToken cancellationToken)
    {
        foreach (var (name, intercept) in new[] { ("with_intercept", true), ("without_intercept", false) })
        {
            if (!probe.TryGetProperty(name, out var expected))
            {
                continue;
            }

            var request = new FitLinearProbeRequest
            {
                Features = classes.GetProperty("features").Samples(single: false),
                Targets = Labels(classes, single: false),
                Queries = classes.GetProperty("queries").Samples(single: false),
                Ridge = probe.GetProperty("ridge").GetDouble(),
                Intercept = intercept,
            };
            var fit = await analysis.FitLinearProbeAsync(request, cancellationToken: cancellationToken);
            differences.Compare("ridge probe", $"{name} coefficients", expected.GetProperty("coefficients").Numbers(), fit.Coefficients.Values(), Tolerance64);
            differences.Compare("ridge probe", $"{name} predictions", expected.GetProperty("predictions").Numbers(), fit.Predictions.Values(), Tolerance64);
            if (expected.TryGetProperty("intercept", out var intercepts))
            {
                differences.Compare("ridge probe", $"{name} intercept", intercepts.Numbers(), [.. fit.Intercepts], Tolerance64);
            }
        }
    }

    private async Task VerifyCorrelationAsync(JsonElement root, CancellationToken cancellationToken)
    {
        if (root.TryGetProperty("correlation", out var expected))
        {
            var request = new CorrelateValuesRequest { X = { expected.GetProperty("a").Numbers() }, Y = { expected.GetProperty("b").Numbers() } };
            var response = await kernel.CorrelateValuesAsync(request, cancellationToken: cancellationToken);
            differences.Compare("correlation", "pearson", expected.GetProperty("pearson").Numbers(), [response.Pearson.Estimate], Tolerance64);
            differences.Compare("correlation", "spearman", expected.GetProperty("spearman").Numbers(), [response.Spearman.Estimate], Tolerance64);
        }
    }

    private async Task VerifyDivergenceAsync(JsonElement root, CancellationToken cancellationToken)
    {
        if (root.TryGetProperty("kl", out var expected))
        {
            var query = expected.GetProperty("query").Numbers();
            var request = new EvaluateKernelRequest
            {
                Kernel = new() { Function = KernelFunction.KullbackLeibler, Bandwidth = 1 },
                Features = expected.GetProperty("anchors").Samples(single: false),
                Queries = WireValues.Samples(query, 1, query.Length, single: false),
                Logarithm = true,
            };
            var response = await kernel.EvaluateKernelAsync(request, cancellationToken: cancellationToken);
            differences.Compare(
                "KL divergence", "anchor to query", expected.GetProperty("kl_anchor_to_query").Numbers(), [.. response.Values.Values().Select(v => -v)], Tolerance64);
        }
    }

    private void Compare(string group, JsonProperty item, double[] actual, bool single) => differences.Compare(
        $"{group} {(single ? "fp32" : "fp64")}", item.Name, item.Value.Numbers(), actual, single ? Tolerance32 : Tolerance64, byArray: single);
}
