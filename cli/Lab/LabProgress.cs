using Grpc.Core;
using IclMesh.Cli.CommandLine;

namespace IclMesh.Cli.Lab;

/// <summary>Reads a laboratory stream behind a progress bar.</summary>
internal static class LabProgress
{
    /// <param name="terminal">Where the bar is shown.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="call">The call.</param>
    /// <param name="read">Splits a message into progress and report.</param>
    /// <param name="cancellationToken">Cancels the work in the service too.</param>
    public static Task<TReport> ReadAsync<TMessage, TReport>(
        Terminal terminal,
        string title,
        AsyncServerStreamingCall<TMessage> call,
        Func<TMessage, (double Progress, TReport? Report)> read,
        CancellationToken cancellationToken)
        where TReport : class => terminal.ProgressAsync(title, 1, async advance =>
        {
            using (call)
            {
                var done = 0.0;
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    var (progress, report) = read(message);
                    if (report is not null)
                    {
                        return report;
                    }

                    advance(progress - done);
                    done = progress;
                }

                throw new RpcException(new Status(StatusCode.Internal, "the stream ended without a report"));
            }
        });
}
