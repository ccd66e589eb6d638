using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Jobs;

/// <summary>How jobs run; configuration section <c>Gateway:Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Jobs";

    /// <summary>Jobs that this gateway works on at once, 0 to 16. Default 1; 0 leaves the work to other gateways.</summary>
    [Range(0, 16)]
    public int MaxRunning { get; set; } = 1;

    /// <summary>Jobs that may wait, 1 to 10,000. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxQueued { get; set; } = 100;

    /// <summary>Prompts of a job under way at once, 1 to 256. Default 4: enough that two cores never wait for the next prompt.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Prompts that are stored together, 1 to 1000: what a dead gateway loses at most. Default 20.</summary>
    [Range(1, 1000)]
    public int ShardRows { get; set; } = 20;

    /// <summary>How long a gateway may be silent before another one takes its job, 1 second to 10 minutes. Default 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often waiting jobs are looked for, 10 ms to 1 minute. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a job is kept after it has ended, with its rows, record and result, 1 hour to 3650 days. Default 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Times that a call to a service that is down, late or full is repeated before the job fails, 0 to 20. Default 6.</summary>
    [Range(0, 20)]
    public int Retries { get; set; } = 6;

    /// <summary>Wait before the first repetition; it doubles with each, up to half a minute. 1 ms to 1 minute, default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}

[OptionsValidator]
internal sealed partial class JobOptionsValidator : IValidateOptions<JobOptions>;
