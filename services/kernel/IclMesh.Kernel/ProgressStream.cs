using System.Threading.Channels;

namespace IclMesh.Kernel;

/// <summary>Runs a long computation beside its call and passes its progress on; a slow reader sees fewer steps, never a stalled computation.</summary>
internal static class ProgressStream
{
    /// <param name="run">The computation; it reports the share done.</param>
    /// <param name="write">Sends one progress message.</param>
    /// <param name="cancellationToken">The call's token.</param>
    public static async Task<T> RunAsync<T>(Func<Action<double>, T> run, Func<double, Task> write, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<double>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var work = Task.Run(
            () =>
            {
                try
                {
                    return run(share => channel.Writer.TryWrite(share));
                }
                finally
                {
                    channel.Writer.Complete();
                }
            },
            cancellationToken);
        await foreach (var share in channel.Reader.ReadAllAsync(cancellationToken))
        {
            await write(share);
        }

        return await work;
    }
}
