using System.Diagnostics;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>The examples of docs/rest.md, run as they stand against a mesh of four processes.</summary>
public sealed partial class RestDocumentTests
{
    [Fact]
    public async Task Examples_RunInOrder_AnswerAsTheDocumentSays()
    {
        Tools.Require("curl");
        await using var mesh = await MeshProcesses.StartAsync([.. Models.Only, ("Gateway__Predictions__Enabled", "true")]);
        using var channel = GrpcChannel.ForAddress(mesh.Gateway);
        await Reviews.ImportAsync(new GatewayService.GatewayServiceClient(channel));
        var document = await File.ReadAllTextAsync(Path.Combine(SharedFolder.Repository, "docs", "rest.md"), TestContext.Current.CancellationToken);
        var script = string.Concat(Example().Matches(document).Select(match => match.Groups[1].Value));

        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = folder.Path };
        var outcome = await CommandLine.RunAsync(start, ("ICLMESH", mesh.Http));

        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        Assert.Equal(9, Regex.Count(script, "^curl ", RegexOptions.Multiline));
        Assert.Contains("\"openapi\":\"3.1.1\"", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\"sameLogitsHash\":true", outcome.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"state\":\"JOB_STATE_", outcome.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"field\":\"labels\"", outcome.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A block of shell.</summary>
    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
