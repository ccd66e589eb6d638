using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>The inference service in this process.</summary>
internal static class TestService
{
    /// <summary>Starts it over the models of a folder.</summary>
    public static Task<InProcessHost> StartAsync(string models, string cache, params (string Key, string Value)[] settings) => InProcessHost.StartAsync(
        builder => builder.AddInference(),
        app => app.MapInference(),
        [("Inference:ModelFolders:0", models), ("Inference:WeightCacheFolder", cache), .. settings]);
}
