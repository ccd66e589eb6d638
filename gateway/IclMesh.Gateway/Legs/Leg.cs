using Google.Rpc;
using Grpc.Core;

namespace IclMesh.Gateway.Legs;

/// <summary>A call to one of the services, as part of a call to the gateway.</summary>
internal static class Leg
{
    public const string Embed = "embed";
    public const string Vote = "vote";
    public const string Search = "search";
    public const string Score = "score";
    public const string Calibrate = "calibrate";
    public const string Influence = "influence";
    public const string Tokenize = "tokenize";
    public const string Explain = "explain";
    public const string Pool = "pool";
    public const string Model = "model";
    public const string Store = "store";
    public const string Capture = "capture";
    public const string Analyze = "analyze";

    /// <summary>Awaits a call and says which leg it was when it fails.</summary>
    /// <param name="leg">Name of the leg.</param>
    /// <param name="call">The call under way.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <param name="fields">Fields of the leg's request that the caller gave; null for none.</param>
    public static async Task<T> NameFailures<T>(string leg, Task<T> call, CancellationToken cancellationToken, LegFields? fields = null)
    {
        try
        {
            return await call;
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Translate(leg, exception, fields ?? LegFields.None);
        }
    }

    private static Exception Translate(string leg, RpcException exception, LegFields fields)
    {
        var metadata = new Dictionary<string, string> { ["leg"] = leg };
        switch (exception.StatusCode)
        {
            case StatusCode.Unavailable:
                return new MeshException(ErrorKind.Unavailable, ErrorReasons.LegFailed, $"{leg}: the service cannot be reached", exception)
                {
                    Metadata = metadata,
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            case StatusCode.DeadlineExceeded:
                return new MeshException(ErrorKind.DeadlineExceeded, ErrorReasons.LegFailed, $"{leg}: the service did not answer in time", exception)
                {
                    Metadata = metadata,
                };
            case StatusCode.InvalidArgument when exception.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason == ErrorReasons.RequestInvalid:
                var violations = exception.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? [];
                if (fields.Translate(violations.Select(violation => new FieldViolation(violation.Field, violation.Description))) is [var first, ..] caused)
                {
                    return new MeshException(ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"{first.Field}: {first.Description}", exception) { Violations = caused };
                }

                // The gateway wrote that field after checking its own request: the mistake is here, not the caller's.
                return new InvalidOperationException($"{leg} refused the gateway's request: {exception.Status.Detail}", exception);
            default:
                return exception;
        }
    }
}
