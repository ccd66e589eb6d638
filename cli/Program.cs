using System.CommandLine;
using IclMesh.Cli.Analyze;
using IclMesh.Cli.Collections;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demo;
using IclMesh.Cli.Evaluate;
using IclMesh.Cli.Influence;
using IclMesh.Cli.Jobs;
using IclMesh.Cli.Kernel;
using IclMesh.Cli.Lab;
using IclMesh.Cli.Models;
using IclMesh.Cli.Paper;
using IclMesh.Cli.Predict;
using IclMesh.Cli.Predictions;
using IclMesh.Cli.Prompt;
using IclMesh.Cli.Tasks;
using IclMesh.Cli.Trace;
using IclMesh.Cli.Up;

var root = new RootCommand("IclMesh: few-shot predictions that explain themselves")
{
    DemoCommand.Create(),
    UpCommand.Create(),
    PredictCommand.Create(),
    EvaluateCommand.Create(),
    TaskCommand.Create(),
    PredictionsCommand.Create(),
    InfluenceCommand.Create(),
    PromptCommand.Create(),
    ModelsCommand.Create(),
    CollectionsCommand.Create(),
    KernelCommand.Create(),
    LabCommand.Create(),
    TraceCommand.Create(),
    AnalyzeCommand.Create(),
    JobsCommand.Create(),
    PaperCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && args.TakeWhile(argument => argument != "--").Contains("--json"))
{
    // Whoever reads one JSON document gets one; help is for people.
    return Failure.WrongUse(new(json: true), [.. parsed.Errors.Select(error => error.Message)]);
}

var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? ExitCode.WrongUse : exitCode;
