using System.Diagnostics;
using Grpc.Net.Client;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>Clients in other languages against running services.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("grpc_python_plugin", "samples/python/run.sh")]
    [InlineData("node", "node", "samples/node/predict.js")]
    public async Task Sample_RunningGateway_PrintsTheReceipt(string needs, params string[] command)
    {
        Tools.Require(needs);
        await using var mesh = await MeshProcesses.StartAsync(Models.Only);
        using var channel = GrpcChannel.ForAddress(mesh.Gateway);
        await Reviews.ImportAsync(new GatewayService.GatewayServiceClient(channel));
        string[] arguments = [new Uri(mesh.Gateway).Authority, Reviews.Collection, Models.Language, Models.Encoder, "Negative,Positive", "a joy to watch"];
        var start = new ProcessStartInfo(command[0] == "node" ? "node" : Path.Combine(SharedFolder.Repository, command[0]), [.. command.Skip(1), .. arguments])
        {
            WorkingDirectory = SharedFolder.Repository,
        };

        var outcome = await CommandLine.RunAsync(start);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("(trace ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(4, outcome.Output.Split('\n').Count(line => line.Contains("weight", StringComparison.Ordinal) && line.Contains("similarity", StringComparison.Ordinal)));
        Assert.Contains("prompt tokens", outcome.Output, StringComparison.Ordinal);
    }
}
