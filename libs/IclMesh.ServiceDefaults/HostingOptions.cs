using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.ServiceDefaults;

/// <summary>What every host has in common; configuration section <c>Hosting</c>.</summary>
public sealed class HostingOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Hosting";

    /// <summary>How long a stopping host goes on answering while it reports NOT_SERVING. Default 0, at most a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    /// <summary>How long calls under way may take to finish after that. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest message that is read, in bytes: 1 KiB to 1 GiB. Default 64 MiB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxReceiveMessageBytes { get; set; } = 64 << 20;

    /// <summary>Exports spans and metrics. Off where several hosts share one process and one of them exports for all.</summary>
    public bool ExportTelemetry { get; set; } = true;
}

[OptionsValidator]
internal sealed partial class HostingOptionsValidator : IValidateOptions<HostingOptions>;
