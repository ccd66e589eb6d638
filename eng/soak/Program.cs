using System.CommandLine;
using IclMesh.Soak;
using Spectre.Console;

var model = new Option<string>("--model") { Description = "A language model, a path or a name.", DefaultValueFactory = _ => "iclmesh-tiny" };
var encoder = new Option<string>("--encoder") { Description = "A sentence encoder, a path or a name.", DefaultValueFactory = _ => "iclmesh-tiny-embed" };
var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 20 };
var clients = new Option<int>("--clients") { Description = "Clients at a time.", DefaultValueFactory = _ => 4 };
var root = new RootCommand("Soaks the inference service and compares every answer with the serial one.") { model, encoder, minutes, clients };
root.SetAction(async (parsed, cancellationToken) =>
{
    await using var host = await SoakHost.StartAsync(cancellationToken);
    var calls = new SoakCalls(host.Client, parsed.GetValue(model)!, parsed.GetValue(encoder)!);
    await calls.RecordAsync(cancellationToken);
    var report = await new SoakRun(calls, host, parsed.GetValue(clients), TimeSpan.FromMinutes(parsed.GetValue(minutes))).RunAsync(cancellationToken);
    AnsiConsole.WriteLine(report.Text);
    return report.Passed ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
