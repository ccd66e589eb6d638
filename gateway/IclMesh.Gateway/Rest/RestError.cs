using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace IclMesh.Gateway.Rest;

/// <summary>Writes the error object of every REST answer, <c>google.rpc.Status</c>, where a call is refused before it reaches its RPC.</summary>
internal static class RestError
{
    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    /// <summary>Answers with a status.</summary>
    public static Task WriteAsync(HttpContext context, int httpStatus, Google.Rpc.Status status)
    {
        context.Response.StatusCode = httpStatus;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(Formatter.Format(status), context.RequestAborted);
    }

    /// <summary>Answers that a setting of this deployment forbids the call.</summary>
    public static Task ForbidAsync(HttpContext context, string setting, string message) => WriteAsync(context, StatusCodes.Status403Forbidden, new()
    {
        Code = (int)Code.PermissionDenied,
        Message = Excerpt.Name(message),
        Details =
        {
            Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Domain = ErrorReasons.Domain, Reason = ErrorReasons.FeatureDisabled, Metadata = { ["setting"] = setting } }),
        },
    });
}
