namespace IclMesh.Inference.Core.Scheduling;

/// <summary>A call's place in a model's queue and the memory that it may use; both are given back when disposed.</summary>
internal sealed class CallHold(IDisposable place, ByteBudget.Reservation memory) : IDisposable
{
    /// <summary>Memory.</summary>
    public ByteBudget.Reservation Memory => memory;

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Dispose();
        place.Dispose();
    }
}
