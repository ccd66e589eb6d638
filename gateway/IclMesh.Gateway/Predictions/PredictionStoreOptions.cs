using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predictions;

/// <summary>Which predictions are kept, how long and with what in them; configuration section <c>Gateway:Predictions</c>.</summary>
public sealed class PredictionStoreOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Predictions";

    /// <summary>Value of <see cref="Redaction"/>: everything is kept.</summary>
    public const string None = "none";

    /// <summary>Value of <see cref="Redaction"/>: no text and no id of a demonstration is kept, in predictions nor in the rows and records of jobs that have succeeded.</summary>
    public const string Texts = "texts";

    /// <summary>Predictions are kept where a request asks for it. Default false: asking is refused.</summary>
    public bool Enabled { get; set; }

    /// <summary>How long a prediction is kept, 1 minute to 3650 days. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is left out: <c>none</c> or <c>texts</c>; without texts a prediction cannot be replayed. Default <c>none</c>.</summary>
    [AllowedValues(None, Texts)]
    public string Redaction { get; set; } = None;
}

[OptionsValidator]
internal sealed partial class PredictionStoreOptionsValidator : IValidateOptions<PredictionStoreOptions>;
