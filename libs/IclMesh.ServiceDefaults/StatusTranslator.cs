using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace IclMesh.ServiceDefaults;

/// <summary>Turns exceptions into statuses; the only place where that is decided.</summary>
public static class StatusTranslator
{
    /// <summary>Translates a failure that the caller can act on.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>A status with <c>ErrorInfo</c>, and <c>BadRequest</c> and <c>RetryInfo</c> where they say something; below 4 KiB as it travels.</returns>
    public static Google.Rpc.Status ToStatus(MeshException exception)
    {
        var info = new ErrorInfo { Domain = ErrorReasons.Domain, Reason = exception.Reason };
        info.Metadata.Add(StatusBounds.Metadata(exception.Metadata).ToDictionary());
        var status = new Google.Rpc.Status { Code = (int)ToCode(exception.Kind), Message = StatusBounds.Message(exception.Message) };
        var violations = StatusBounds.Violations(exception.Violations, status, info);
        if (violations.FieldViolations.Count < exception.ViolationCount)
        {
            info.Metadata[StatusBounds.OmittedViolations] = $"{exception.ViolationCount - violations.FieldViolations.Count}";
        }

        status.Details.Add(Pack(info));
        if (violations.FieldViolations.Count > 0)
        {
            status.Details.Add(Pack(violations));
        }

        if (exception.RetryAfter is { } delay)
        {
            status.Details.Add(Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status;
    }

    /// <summary>A status that says nothing about the cause but where to look for it.</summary>
    public static Google.Rpc.Status Internal()
    {
        var traceId = Activity.Current?.TraceId.ToHexString() ?? "";
        return new() { Code = (int)Code.Internal, Message = "internal error", Details = { Pack(new RequestInfo { RequestId = traceId }) } };
    }

    private static Any Pack(IMessage message) => Any.Pack(message);

    private static Code ToCode(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => Code.InvalidArgument,
        ErrorKind.NotFound => Code.NotFound,
        ErrorKind.AlreadyExists => Code.AlreadyExists,
        ErrorKind.FailedPrecondition => Code.FailedPrecondition,
        ErrorKind.Aborted => Code.Aborted,
        ErrorKind.ResourceExhausted => Code.ResourceExhausted,
        ErrorKind.DataLoss => Code.DataLoss,
        ErrorKind.Unavailable => Code.Unavailable,
        ErrorKind.DeadlineExceeded => Code.DeadlineExceeded,
        ErrorKind.Unimplemented => Code.Unimplemented,
        _ => throw new UnreachableException($"{kind} has no status code"),
    };
}
