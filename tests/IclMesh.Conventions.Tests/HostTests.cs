using System.Text.Json;

namespace IclMesh.Conventions.Tests;

/// <summary>Settings of the runtime that every host needs.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("IclMesh.Gateway")]
    [InlineData("IclMesh.Inference")]
    [InlineData("IclMesh.Kernel")]
    [InlineData("IclMesh.Retrieval")]
    [InlineData("iclmesh")]
    public void RuntimeConfiguration_EveryHost_CountsCallsFromTheStart(string host)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, host + ".runtimeconfig.json")));

        var properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.Equal(0, properties.GetProperty("System.Runtime.TieredCompilation.CallCountingDelayMs").GetInt32());
    }
}
