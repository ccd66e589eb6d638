using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using IclMesh.Retrieval.V1;
using Parquet;
using Parquet.Schema;

namespace IclMesh.Cli.Collections;

/// <summary>
/// A row group by column: <c>id</c>, <c>text</c>, <c>label</c>, <c>split</c>; <c>facts</c>, JSON with <c>metadata</c> and <c>label_distribution</c>;
/// <c>embedding_model</c>, <c>embedding_version</c>, and <c>vector</c>, binary32 numbers, little-endian. All but text and label may be missing or null.
/// </summary>
internal sealed class ParquetColumns
{
    private static readonly string[] Texts = ["id", "text", "label", "split", "facts", "embedding_model", "embedding_version"];

    private readonly Dictionary<string, string?[]> texts = [];
    private byte[]?[]? vectors;

    private ParquetColumns(int rows) => Rows = rows;

    /// <summary>The columns of files that this command writes.</summary>
    public static IReadOnlyList<DataField> Fields { get; } =
        [.. Texts.Select(name => new DataField(name, typeof(string), isNullable: true)), new DataField("vector", typeof(byte[]), isNullable: true)];

    /// <summary>Rows of the group.</summary>
    public int Rows { get; }

    /// <summary>Writes a row group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="rows">Its rows.</param>
    public static async Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<DemonstrationRow> rows)
    {
        Func<DemonstrationRow, string?>[] values =
        [
            row => row.Demonstration.Id,
            row => row.Demonstration.Text,
            row => row.Demonstration.Label,
            row => row.Demonstration.Split,
            row => DemonstrationJson.WriteObject(json => DemonstrationJson.WriteFacts(json, row.Demonstration)),
            row => row.IsEmbedded ? row.Model : null,
            row => row.IsEmbedded ? row.ModelVersion : null,
        ];
        for (var column = 0; column < values.Length; column++)
        {
            await group.WriteAsync(Fields[column], [.. rows.Select(values[column])]);
        }

        await group.WriteAsync(Fields[^1], [.. rows.Select(row => row.IsEmbedded ? row.Demonstration.Vector.ToByteArray() : null)]);
    }

    /// <summary>Reads a row group.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="group">Number of the group.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<ParquetColumns> ReadAsync(ParquetReader reader, int group, CancellationToken cancellationToken)
    {
        using var rows = reader.OpenRowGroupReader(group);
        var columns = new ParquetColumns(checked((int)rows.RowCount));
        foreach (var name in Texts.Concat(["premise", "hypothesis"]))
        {
            if (Find(reader, name) is { } field)
            {
                columns.texts.Add(name, await ReadTextsAsync(rows, field, columns.Rows, cancellationToken));
            }
        }

        if (Find(reader, "vector") is { } vector)
        {
            columns.vectors = new byte[columns.Rows][];
            await rows.ReadAsync(vector, columns.vectors.AsMemory()!, null, cancellationToken);
        }

        return columns;
    }

    /// <summary>One row.</summary>
    /// <param name="row">Its number in the group, from 0.</param>
    /// <param name="id">Id where the file names none.</param>
    /// <param name="split">Split where the file names none.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="MeshException">The row is broken.</exception>
    public DemonstrationRow Row(int row, string id, string split, string place)
    {
        var demonstration = new Demonstration
        {
            Id = Text("id", row) ?? id,
            Text = Text("text", row) ?? Pair(row) ?? throw DemonstrationFormats.Broken(place, "needs a 'text', or 'premise' and 'hypothesis'"),
            Label = Text("label", row) ?? throw DemonstrationFormats.Broken(place, "needs a 'label'"),
            Split = Text("split", row) ?? split,
        };
        try
        {
            if (Text("facts", row) is { } facts)
            {
                using var document = JsonDocument.Parse(facts, DemonstrationJson.Strict);
                DemonstrationJson.ReadFacts(document.RootElement, demonstration);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw DemonstrationFormats.Broken(place, $"'facts': {e.Message}");
        }

        return vectors?[row] is { Length: > 0 } vector ? Embedded(demonstration, vector, row, place) : new(demonstration);
    }

    private static DataField? Find(ParquetReader reader, string name) => reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToString() == name);

    private static async Task<string?[]> ReadTextsAsync(
        ParquetRowGroupReader rows, DataField field, int count, CancellationToken cancellationToken)
    {
        if (field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(string))
        {
            var values = new string?[count];
            await rows.ReadAsync(field, values.AsMemory()!, null, cancellationToken);
            return values;
        }

        return System.Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.SByte => await ReadValuesAsync<sbyte>(rows, field, count, cancellationToken),
            TypeCode.Byte => await ReadValuesAsync<byte>(rows, field, count, cancellationToken),
            TypeCode.Int16 => await ReadValuesAsync<short>(rows, field, count, cancellationToken),
            TypeCode.UInt16 => await ReadValuesAsync<ushort>(rows, field, count, cancellationToken),
            TypeCode.Int32 => await ReadValuesAsync<int>(rows, field, count, cancellationToken),
            TypeCode.UInt32 => await ReadValuesAsync<uint>(rows, field, count, cancellationToken),
            TypeCode.Int64 => await ReadValuesAsync<long>(rows, field, count, cancellationToken),
            TypeCode.UInt64 => await ReadValuesAsync<ulong>(rows, field, count, cancellationToken),
            TypeCode.Boolean => await ReadValuesAsync<bool>(rows, field, count, cancellationToken),
            _ => throw new FormatException($"column '{field.Name}' must hold strings, whole numbers or Booleans, holds {field.ClrType.Name}"),
        };
    }

    private static async Task<string?[]> ReadValuesAsync<T>(
        ParquetRowGroupReader rows, DataField field, int count, CancellationToken cancellationToken)
        where T : struct
    {
        if (field.IsNullable)
        {
            var values = new T?[count];
            await rows.ReadAsync(field, values.AsMemory(), null, cancellationToken);
            return [.. values.Select(value => value is { } known ? Spell(known) : null)];
        }

        var certain = new T[count];
        await rows.ReadAsync(field, certain.AsMemory(), null, cancellationToken);
        return [.. certain.Select(value => (string?)Spell(value))];
    }

    private static string Spell<T>(T value) => value is bool flag ? flag ? "true" : "false" : string.Create(CultureInfo.InvariantCulture, $"{value}");

    private DemonstrationRow Embedded(Demonstration demonstration, byte[] vector, int row, string place)
    {
        var (model, version) = (Text("embedding_model", row), Text("embedding_version", row));
        if (string.IsNullOrEmpty(model) || string.IsNullOrEmpty(version) || vector.Length % sizeof(float) != 0)
        {
            throw DemonstrationFormats.Broken(
                place, $"a 'vector' needs 'embedding_model', 'embedding_version' and 4 bytes a component, has {vector.Length} bytes");
        }

        demonstration.Vector = ByteString.CopyFrom(vector);
        return new(demonstration, model, version);
    }

    private string? Text(string column, int row) => texts.GetValueOrDefault(column)?[row];

    private string? Pair(int row) =>
        Text("premise", row) is { } premise && Text("hypothesis", row) is { } hypothesis ? $"{premise}\n{hypothesis}" : null;
}
