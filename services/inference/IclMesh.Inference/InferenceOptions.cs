using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Inference;

/// <summary>How the inference service runs; configuration section <c>Inference</c>.</summary>
public sealed class InferenceOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Inference";

    /// <summary>Folders in which models are looked up by name, before the embedded and cached ones. Default: those of <c>ICLMESH_MODELS</c>.</summary>
    public IList<string> ModelFolders { get; } = [];

    /// <summary>Never downloads a model. Default false; <c>ICLMESH_OFFLINE=1</c> does the same.</summary>
    public bool Offline { get; set; }

    /// <summary>
    /// Paths and names of the hub (<c>OWNER/NAME</c>) that callers may name beside the models of the folders, as they are spelt here; those of
    /// <see cref="Preload"/> are admitted too. Default none: a caller's name is never used as a path or looked up at the hub.
    /// </summary>
    public IList<string> Admitted { get; } = [];

    /// <summary>
    /// Admits every path and every name of the hub, for a program whose only caller is its user, such as a command that hosts the mesh for
    /// itself. Default false.
    /// </summary>
    public bool AdmitAll { get; set; }

    /// <summary>Most GiB that one download may take, 1 to 65,536. Default 64.</summary>
    [Range(1, 1 << 16)]
    public int DownloadGibibytes { get; set; } = 64;

    /// <summary>Folder of weight files; may be deleted at any time. Default: <c>weights</c> below <c>ICLMESH_CACHE</c> or the user's cache folder.</summary>
    public string WeightCacheFolder { get; set; } = "";

    /// <summary>MiB that the weight folder may hold, 1 to 67,108,864; what was unused longest makes room. Default 65,536.</summary>
    [Range(1, 1 << 26)]
    public int WeightCacheMebibytes { get; set; } = 65_536;

    /// <summary>Execution provider: <c>cpu</c>, or <c>cuda</c> in a build with <c>-p:Accelerator=cuda</c>. Default <c>cpu</c>.</summary>
    [RegularExpression("cpu|cuda")]
    public string Provider { get; set; } = "cpu";

    /// <summary>Uses the CPU, and says so in the log, where the wanted provider is missing. Default false: a missing one stops the start.</summary>
    public bool FallBackToCpu { get; set; }

    /// <summary>Arithmetic of linear layers. Default <c>fp32</c>, the only one whose numbers are meant to be interpreted.</summary>
    [RegularExpression("[a-z0-9]+")]
    public string Precision { get; set; } = "fp32";

    /// <summary>
    /// Least share of built-in prompts, 0 to 1, on which a reduced precision must answer as fp32 does for its scores to be offered. Default
    /// 0.97; 0 offers all of them, their agreement stays in the capability record.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumAgreement { get; set; } = 0.97;

    /// <summary>Threads that compute, 0 to 256; 0 takes one for each processor. Default 0.</summary>
    [Range(0, 256)]
    public int Workers { get; set; }

    /// <summary>Most calls of one model at a time, waiting ones included: 1 to 100,000. Default 256.</summary>
    [Range(1, 100_000)]
    public int QueueLimit { get; set; } = 256;

    /// <summary>Prefix cache of one model in MiB: 0 (off) to 1,048,576. Default 256.</summary>
    [Range(0, 1 << 20)]
    public int PrefixCacheMebibytes { get; set; } = 256;

    /// <summary>Most embeddings that one encoder remembers: 0 (off) to 10,000,000. Default 100,000.</summary>
    [Range(0, 10_000_000)]
    public int EmbeddingCacheEntries { get; set; } = 100_000;

    /// <summary>Most tokens of one batch of an encoder: 1 to 65,536. Default 2,048.</summary>
    [Range(1, 1 << 16)]
    public int BatchTokens { get; set; } = 2048;

    /// <summary>Most MiB that one capture may return: 1 to 1,048,576. Default 1,024.</summary>
    [Range(1, 1 << 20)]
    public int CaptureMebibytes { get; set; } = 1024;

    /// <summary>Most bytes of UTF-8 of all texts of one call, 1,024 to 67,108,864. Default 4 MiB.</summary>
    [Range(1 << 10, 1 << 26)]
    public int MaxTextBytes { get; set; } = 4 << 20;

    /// <summary>
    /// MiB that all calls together may hold: their texts while they are tokenised, keys and values of what they generate, blocks of captures.
    /// 16 to 67,108,864. Default half of the memory that the container allows.
    /// </summary>
    [Range(16, 1 << 26)]
    public int CallMebibytes { get; set; } = (int)Math.Clamp(ByteBudget.Available >> 21, 16, 1 << 26);

    /// <summary>How long a stream waits for a reader who does not read before it ends, 1 second to 1 hour. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Models that are loaded at start, before the service reports that it serves. Default none.</summary>
    public IList<string> Preload { get; } = [];
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
