using IclMesh.Testing;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Tests.Storage;

public sealed class GatewayStoreOptionsTests
{
    [Theory]
    [InlineData("Kind", "oracle")]
    [InlineData("Kind", "postgres")]
    [InlineData("Schema", "Robert'); --")]
    public async Task Start_BrokenSetting_NamesIt(string key, string value)
    {
        using var folder = new TemporaryFolder();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => InProcessHost.StartAsync(
            b => b.AddGateway(), _ => { }, ("Gateway:Store:Folder", folder.Path), ($"Gateway:Store:{key}", value)));

        Assert.Contains(key == "Kind" && value == "postgres" ? "ConnectionString" : key, error.Message, StringComparison.Ordinal);
    }
}
