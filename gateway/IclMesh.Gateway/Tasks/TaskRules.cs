using System.Text.RegularExpressions;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tasks;

/// <summary>What can be said of a task without asking a service.</summary>
internal static partial class TaskRules
{
    private const int MaxDescription = 4096;

    public static void Check(RequestRules rules, PredictionTask? task)
    {
        if (!rules.Require(task is not null, "task", "must not be empty"))
        {
            return;
        }

        rules.Require(Name().IsMatch(task!.Name), "name", "must be 1 to 128 of a-z A-Z 0-9 . _ -, the first a letter or digit");
        rules.Require(task.Description.Length <= MaxDescription, "description", $"must be at most {MaxDescription} characters, is {task.Description.Length}");
        PredictRules.CheckDefinition(rules, TaskMapping.ToRequest(task));
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex Name();
}
