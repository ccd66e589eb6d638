using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway;

/// <summary>Settings of the gateway; configuration section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>Demonstrations where a request does not say, 1 to 256. Default 8, where the gains of more demonstrations saturate (Min et al. 2022).</summary>
    [Range(1, 256)]
    public int DefaultK { get; set; } = 8;

    /// <summary>Longest text of an input or a demonstration, in UTF-8 bytes: 1 KiB to 16 MiB. Default 1 MiB.</summary>
    [Range(1 << 10, 16 << 20)]
    public int MaxTextBytes { get; set; } = 1 << 20;

    /// <summary>How long the optional explanation may take before the answer leaves without it. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ExplanationTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Texts of one <c>PredictBatch</c>, 1 to 100,000. Default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxBatch { get; set; } = 1000;

    /// <summary>Predictions that one batch or stream has under way at once, 1 to 1024. Default 32: enough for inference to pack prompts.</summary>
    [Range(1, 1024)]
    public int BatchConcurrency { get; set; } = 32;

    /// <summary>Probability mass on the label words below which an answer is flagged, in [0, 1]. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double LowLabelMass { get; set; } = 0.05;

    /// <summary>Greatest similarity of any demonstration below which an input counts as out of distribution, in [-1, 1]. Default 0.2.</summary>
    [Range(-1.0, 1.0)]
    public double OutOfDistributionSimilarity { get; set; } = 0.2;
}

[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;
