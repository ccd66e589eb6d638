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
            // Signals are listened to once this call has returned: without it, work that begins at once would swallow them.
            await Task.Yield();
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
        catch (Exception exception)
        {
            // A bug: the document stays the only thing on standard output, and whoever looks for the cause finds it on the other.
            terminal.Error.WriteLine(exception.ToString());
            return Report(terminal, nameof(StatusCode.Internal), "", exception.Message, []);
        }
    }

    /// <summary>Says that a command line cannot be understood.</summary>
    /// <param name="terminal">Where; a JSON document if the command line asks for one.</param>
    /// <param name="problems">What is wrong, at least one.</param>
    public static int WrongUse(Terminal terminal, IReadOnlyList<string> problems) => Report(
        terminal, nameof(StatusCode.InvalidArgument), ErrorReasons.RequestInvalid, problems[0], [.. problems.Select(problem => new Field("", problem))]);

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
