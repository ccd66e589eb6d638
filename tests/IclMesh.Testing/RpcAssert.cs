using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace IclMesh.Testing;

/// <summary>Asserts on the errors that a service answers with.</summary>
public static class RpcAssert
{
    /// <summary>The call fails with INVALID_ARGUMENT and names exactly one field.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="call">The call.</param>
    /// <returns>What the service says of the field.</returns>
    public static async Task<string> RefusesAsync(string field, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        var violation = Assert.Single(error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal(field, violation.Field);
        return violation.Description;
    }

    /// <summary>The call fails with a status and a reason.</summary>
    /// <param name="code">Status code.</param>
    /// <param name="reason">One of <see cref="ErrorReasons"/>.</param>
    /// <param name="call">The call.</param>
    /// <returns>The error's details.</returns>
    public static async Task<ErrorInfo> FailsAsync(StatusCode code, string reason, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, error.StatusCode);
        var info = error.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
        Assert.Equal(reason, info.Reason);
        return info;
    }
}
