namespace IclMesh.Inference.Core.Onnx;

/// <summary>How models are loaded.</summary>
/// <param name="CacheFolder">Folder of weight files; may be deleted at any time.</param>
public sealed record OnnxSettings(string CacheFolder)
{
    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary><c>fp32</c> or <c>int8</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>The folder used where none is configured: <c>iclmesh/weights</c> below the user's cache folder.</summary>
    public static string DefaultCacheFolder
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(cache))
            {
                var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
                cache = home.Length == 0 ? Path.GetTempPath() : Path.Combine(home, ".cache");
            }

            return Path.Combine(cache, "iclmesh", "weights");
        }
    }
}
