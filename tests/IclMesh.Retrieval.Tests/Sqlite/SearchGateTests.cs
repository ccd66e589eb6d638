using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Sqlite;

public sealed class SearchGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MoreThanRunAndWait_RunsOneAfterTheOtherAndRefusesTheRest()
    {
        using var gate = new SearchGate(running: 1, waiting: 2);
        using var go = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        var running = Task.Run(() => gate.RunAsync(() => { go.Wait(Token); return 1; }, Token), Token);
        var second = gate.RunAsync(() => 2, Token);
        while (second.IsCompleted)
        {
            second = gate.RunAsync(() => 2, Token);
        }

        var third = gate.RunAsync(() => 3, leaving.Token);
        var refused = await Assert.ThrowsAsync<MeshException>(() => gate.RunAsync(() => 4, Token));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);
        go.Set();

        Assert.Equal((1, 2), (await running, await second));
        Assert.Equal((ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, "3", "4"), (refused.Kind, refused.Reason, refused.Metadata["limit"], refused.Metadata["actual"]));
        Assert.Equal(5, await gate.RunAsync(() => 5, Token));
    }
}
