using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ValidateTask;

internal sealed class ValidateTaskHandler(TaskInspector inspector)
{
    public async Task<ValidateTaskResponse> HandleAsync(ValidateTaskRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var warnings = await inspector.InspectAsync(request.Task, rules, cancellationToken);
        return new()
        {
            Violations = { rules.Violations.Select(violation => new TaskProblem { Field = violation.Field, Description = violation.Description }) },
            Warnings = { warnings },
        };
    }
}
