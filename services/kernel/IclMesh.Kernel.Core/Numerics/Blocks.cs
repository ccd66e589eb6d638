namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Runs blocks of a computation on all cores.</summary>
internal static class Blocks
{
    /// <summary>Calls <paramref name="body"/> once per block; blocks must not share what they write.</summary>
    /// <param name="count">Number of blocks.</param>
    /// <param name="body">Receives the block's number.</param>
    /// <param name="cancellationToken">Checked before every block.</param>
    public static void ForEach(int count, Action<int> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 1)
        {
            body(0);
            return;
        }

        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, count, options, body);
    }
}
