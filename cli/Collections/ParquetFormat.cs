using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace IclMesh.Cli.Collections;

/// <summary>
/// Parquet: the columns of <see cref="ParquetColumns"/>. Foreign files need <c>text</c> (or <c>premise</c> and <c>hypothesis</c>) and <c>label</c>, a
/// string or a whole number; they are read one row group at a time.
/// </summary>
internal sealed class ParquetFormat : IDemonstrationFormat
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DemonstrationRow> ReadAsync(
        FileInfo file, string prefix, string split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        await using var reader = await Readable(file, () => ParquetReader.CreateAsync(stream, cancellationToken: cancellationToken));
        var number = 0;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var columns = await Readable(file, () => ParquetColumns.ReadAsync(reader, group, cancellationToken));
            for (var row = 0; row < columns.Rows; row++)
            {
                number++;
                yield return columns.Row(row, $"{prefix}{number:D6}", split, $"{file.Name}, row {number}");
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> WriteAsync(
        FileInfo file, IAsyncEnumerable<IReadOnlyList<DemonstrationRow>> pages, CancellationToken cancellationToken)
    {
        await using var stream = file.Create();
        await using var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(ParquetColumns.Fields.ToArray<Field>()), stream, cancellationToken: cancellationToken);
        var rows = 0L;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            // A page is a row group: so much is in memory at a time, here and when it is read.
            if (page.Count > 0)
            {
                using var group = writer.CreateRowGroup();
                await ParquetColumns.WriteAsync(group, page);
                rows += page.Count;
            }
        }

        return rows;
    }

    private static async Task<T> Readable<T>(FileInfo file, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is not (OperationCanceledException or MeshException))
        {
            // The library answers a broken file with whatever its parser ran into.
            throw DemonstrationFormats.Broken(file.Name, $"cannot be read as Parquet: {e.Message}");
        }
    }
}
