namespace IclMesh.Cli.Collections;

/// <summary>A kind of file that holds demonstrations.</summary>
internal interface IDemonstrationFormat
{
    /// <summary>Reads a file row by row.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">Rows without an id are named by this and their number, from 1.</param>
    /// <param name="split">Split of rows that name none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">The file is not of this kind, or a row is broken; the message names its line or row.</exception>
    IAsyncEnumerable<DemonstrationRow> ReadAsync(FileInfo file, string prefix, string split, CancellationToken cancellationToken);

    /// <summary>Writes pages of rows, one after the other, over whatever is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Rows written.</returns>
    Task<long> WriteAsync(FileInfo file, IAsyncEnumerable<IReadOnlyList<DemonstrationRow>> pages, CancellationToken cancellationToken);
}
