using Google.Rpc;
using Grpc.Core;
using Spectre.Console;

namespace IclMesh.Cli.CommandLine;

/// <summary>Turns failures into one message for a person or a program, and an exit code.</summary>
internal static class Failure
{
    /// <summary>Runs a command; what it throws becomes a message and an exit code.</summary>
    public static async Task<int> GuardAsync(Terminal terminal, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (MeshException exception)
        {
            var fields = exception.Violations.Select(v => new Field(v.Field, v.Description)).ToList();
            return Report(terminal, exception.Kind.ToString(), exception.Reason, exception.Message, fields);
        }
        catch (RpcException exception)
        {
            var status = exception.GetRpcStatus();
            var fields = status?.GetDetail<BadRequest>()?.FieldViolations.Select(v => new Field(v.Field, v.Description)).ToList() ?? [];
            var trace = status?.GetDetail<RequestInfo>()?.RequestId;
            var message = trace is { Length: > 0 } ? $"{exception.Status.Detail} (trace {trace})" : exception.Status.Detail;
            return Report(terminal, exception.StatusCode.ToString(), status?.GetDetail<ErrorInfo>()?.Reason ?? "", message, fields);
        }
        catch (OperationCanceledException)
        {
            return Report(terminal, nameof(StatusCode.Cancelled), "", "cancelled", []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(terminal, "Io", "", exception.Message, []);
        }
    }

    private static int Report(Terminal terminal, string code, string reason, string message, IReadOnlyList<Field> fields)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { error = new { code, reason, message, fields } });
        }
        else
        {
            terminal.Error.MarkupLineInterpolated($"[red]error:[/] {message}");
            foreach (var field in fields.Skip(1))
            {
                terminal.Error.MarkupLineInterpolated($"       {field.Name}: {field.Description}");
            }
        }

        return code == nameof(StatusCode.InvalidArgument) ? ExitCode.WrongUse : ExitCode.Failed;
    }

    private sealed record Field(string Name, string Description);
}
