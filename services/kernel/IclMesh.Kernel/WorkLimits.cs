using Microsoft.Extensions.Options;

namespace IclMesh.Kernel;

/// <summary>Admits a call by its size, before anything is allocated for it.</summary>
internal sealed class WorkLimits(IOptions<KernelOptions> options)
{
    /// <summary>Checks a problem's size; sizes are doubles so that products of dimensions cannot overflow.</summary>
    /// <param name="multiplyAdds">Arithmetic.</param>
    /// <param name="bytes">Memory beside the request.</param>
    /// <exception cref="MeshException"><see cref="ErrorReasons.ProblemTooLarge"/> with <c>limit</c> and <c>actual</c>.</exception>
    public void Admit(double multiplyAdds, double bytes)
    {
        Check(multiplyAdds, bytes);
        KernelTelemetry.MultiplyAdds.Add((long)multiplyAdds);
    }

    /// <summary>Checks what a stream has asked for so far, without counting it.</summary>
    /// <param name="multiplyAdds">Arithmetic.</param>
    /// <param name="bytes">Memory.</param>
    public void Check(double multiplyAdds, double bytes)
    {
        Check("multiply-adds", options.Value.MaxMultiplyAdds, multiplyAdds);
        Check("bytes", options.Value.MaxBytes, bytes);
    }

    private static void Check(string what, long limit, double actual)
    {
        if (actual > limit)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, what, limit, actual >= long.MaxValue ? long.MaxValue : (long)actual);
        }
    }
}
