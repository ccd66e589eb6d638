namespace IclMesh.Inference.Core.Scheduling;

/// <summary>A token that is set when all callers of one run have left.</summary>
internal sealed class SharedDeparture : IDisposable
{
    private readonly CancellationTokenSource all = new();
    private readonly List<CancellationTokenRegistration> registrations = [];
    private int present;

    /// <param name="callers">The callers' tokens.</param>
    public SharedDeparture(IEnumerable<CancellationToken> callers)
    {
        CancellationToken[] tokens = [.. callers];
        present = tokens.Length;
        foreach (var token in tokens)
        {
            registrations.Add(token.Register(Leave));
        }
    }

    /// <summary>Set when the last caller leaves.</summary>
    public CancellationToken Token => all.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        all.Dispose();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref present) == 0)
        {
            all.Cancel();
        }
    }
}
