namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>The system's clock, ahead of it as far as a test wants: deadlines of real calls stay in the future.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
