using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel;

/// <summary>Limits and defaults of the kernel service; configuration section <c>Kernel</c>.</summary>
internal sealed class KernelOptions
{
    public const string Section = "Kernel";

    /// <summary>Most multiply-adds that one call may take. Default 2e12, about a minute on two cores.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long MaxMultiplyAdds { get; set; } = 2_000_000_000_000;

    /// <summary>Most bytes that one call may hold beside its request. Default a quarter of the memory that the container allows, at most 2 GiB.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long MaxBytes { get; set; } = Math.Min(2L << 30, ByteBudget.Available / 4);

    /// <summary>Most bytes that all calls together may hold beside their requests. Default half of the memory that the container allows.</summary>
    [Range(typeof(long), "1", "9223372036854775807")]
    public long MaxTotalBytes { get; set; } = ByteBudget.Available / 2;

    /// <summary>Bandwidth where a request gives none, in feature units. Default 1.</summary>
    [Range(double.Epsilon, double.MaxValue)]
    public double DefaultBandwidth { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class KernelOptionsValidator : IValidateOptions<KernelOptions>;
