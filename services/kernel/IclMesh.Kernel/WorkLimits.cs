using Microsoft.Extensions.Options;

namespace IclMesh.Kernel;

/// <summary>Admits a call by its size, before anything is allocated for it, and all calls together by what they hold.</summary>
internal sealed class WorkLimits(IOptions<KernelOptions> options)
{
    private readonly ByteBudget budget = new(options.Value.MaxBytes, options.Value.MaxTotalBytes);
    private readonly AsyncLocal<ByteBudget.Reservation?> current = new();

    /// <summary>Begins a call: what is admitted from here on, in whatever method, belongs to it until it is disposed.</summary>
    public ByteBudget.Reservation Begin() => current.Value = budget.Begin();

    /// <summary>Checks a problem's size; sizes are doubles so that products of dimensions cannot overflow.</summary>
    /// <param name="multiplyAdds">Arithmetic.</param>
    /// <param name="bytes">Memory beside the request.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorReasons.ProblemTooLarge"/> with <c>limit</c> and <c>actual</c>, or <see cref="ErrorReasons.QueueFull"/> while other calls hold too much.
    /// </exception>
    public void Admit(double multiplyAdds, double bytes)
    {
        Check(multiplyAdds, bytes);
        KernelTelemetry.MultiplyAdds.Add((long)multiplyAdds);
    }

    /// <summary>Checks what a stream has asked for so far, without counting its arithmetic.</summary>
    /// <param name="multiplyAdds">Arithmetic.</param>
    /// <param name="bytes">Memory.</param>
    public void Check(double multiplyAdds, double bytes)
    {
        if (multiplyAdds > options.Value.MaxMultiplyAdds)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "multiply-adds", options.Value.MaxMultiplyAdds, Whole(multiplyAdds));
        }

        if (current.Value is not { } call)
        {
            throw new InvalidOperationException("a call must begin before it is admitted");
        }

        call.Reach(Whole(bytes));
    }

    private static long Whole(double value) => value >= long.MaxValue ? long.MaxValue : (long)value;
}
