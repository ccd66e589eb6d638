using System.Globalization;
using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Cli.Collections;
using IclMesh.Retrieval.V1;
using Parquet;
using Parquet.Schema;

namespace IclMesh.Cli.Tests.Collections;

public sealed class DemonstrationFormatTests : IDisposable
{
    // Every plane of Unicode, control characters too; files must not hold lone surrogates, and the store refuses them.
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int[0, 0xD7FF], Gen.Int[0xE000, 0x10FFFF]).Array[1, 12].Select(points => string.Concat(points.Select(char.ConvertFromUtf32)));

    private static readonly Gen<Value> Values = Gen.OneOf(
        Texts.Select(Value.ForString),
        Gen.Double[-1e15, 1e15].Select(Value.ForNumber),
        Gen.Bool.Select(Value.ForBool));

    private static readonly Gen<DemonstrationRow> Rows = Gen.Select(
        Texts.Array[4], Gen.Select(Texts, Values).Array[0, 3], Gen.Float[0, 1].Array[0, 3], Gen.Float[-1e30f, 1e30f].Array[0, 5], MakeRow);

    private static readonly string[] Inserts = ["{", "}", "\"", ":", ",", "[", "]", "null", "1e999", "\\ud800", "\\", "0", " ", "-", "\0"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("iclmesh-formats-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.parquet")]
    public async Task WriteAndRead_AnyRows_ComeBack(string name) => await Rows.Array[1, 8].SampleAsync(
        async rows =>
        {
            var file = new FileInfo(Path.Combine(folder.FullName, $"{Guid.NewGuid():N}-{name}"));

            var written = await DemonstrationFormats.Of(file).WriteAsync(file, Pages(rows[..(rows.Length / 2)], rows[(rows.Length / 2)..]), Token);

            Assert.Equal(rows.Length, written);
            Assert.Equal(rows, await ReadAsync(file));
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void Parse_AnyLine_IsReadOrNamed()
    {
        // Valid lines with a few characters changed reach further into the parser than random ones.
        var valid = Rows.Select(JsonLinesFormat.Write);
        var changed = Gen.Select(valid, Gen.Int[0, 1_000], Gen.Int[0, Inserts.Length - 1])
            .Select((line, place, insert) => line.Insert(place % (line.Length + 1), Inserts[insert]));
        Gen.OneOf(changed, Gen.String, changed.Select(line => line[..(line.Length / 2)])).Sample(
            line =>
            {
                try
                {
                    Assert.NotEmpty(JsonLinesFormat.Parse(line, "id", "train", "rows.jsonl, line 7").Demonstration.Text ?? "");
                }
                catch (MeshException e)
                {
                    Assert.StartsWith("rows.jsonl, line 7: ", e.Message, StringComparison.Ordinal);
                }
            },
            iter: 2_000);
    }

    [Fact]
    public async Task Read_DamagedParquet_IsReadOrNamed()
    {
        var whole = new FileInfo(Path.Combine(folder.FullName, "whole.parquet"));
        var rows = Enumerable.Range(0, 40).Select(i => MakeRow([$"{i}", "text", "label", "train"], [], [], [1, i])).ToArray();
        await DemonstrationFormats.Of(whole).WriteAsync(whole, Pages(rows), Token);
        var bytes = await File.ReadAllBytesAsync(whole.FullName, Token);

        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Bool).SampleAsync(
            async (place, value, cut) =>
            {
                var damaged = new FileInfo(Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.parquet"));
                var content = cut ? bytes[..place] : [.. bytes[..place], value, .. bytes[(place + 1)..]];
                await File.WriteAllBytesAsync(damaged.FullName, content);
                try
                {
                    await ReadAsync(damaged);
                    Assert.False(cut);
                }
                catch (MeshException e)
                {
                    Assert.StartsWith(damaged.Name, e.Message, StringComparison.Ordinal);
                }
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData("""[1]""", "must be a JSON object")]
    [InlineData("""{"label": 1}""", "needs a string 'text'")]
    [InlineData("""{"text": "a"}""", "needs a 'label'")]
    [InlineData("""{"text": "a", "label": [1]}""", "'label' must be a string or a number")]
    [InlineData("""{"text": "a", "label": 1, "metadata": {"tags": []}}""", "'metadata.tags' must be a string, a number or a Boolean")]
    [InlineData("""{"text": "a", "label": 1, "metadata": "x"}""", "'metadata' must be an object")]
    [InlineData("""{"text": "a", "label": 1, "embedding": {"model": "m", "version": "", "vector": [1]}}""", "'embedding' needs")]
    [InlineData("""{"text": "a", "label": 1, "embedding": {"model": "m", "version": "1", "vector": []}}""", "must not be empty")]
    public void Parse_BrokenLine_SaysWhat(string line, string reason)
    {
        var error = Assert.Throws<MeshException>(() => JsonLinesFormat.Parse(line, "id", "train", "rows.jsonl, line 7"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ForeignParquet_TakesWholeNumbersAsLabels()
    {
        var file = new FileInfo(Path.Combine(folder.FullName, "foreign.parquet"));
        await using (var stream = file.Create())
        {
            var (text, label) = (new DataField("text", typeof(string), isNullable: true), new DataField("label", typeof(long), isNullable: false));
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, label), stream, cancellationToken: Token);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, ["first", "second"]);
            await group.WriteAsync<long>(label, new long[] { 1, 0 });
        }

        var rows = await ReadAsync(file);

        Assert.Equal([("t-000001", "first", "1", "test"), ("t-000002", "second", "0", "test")], rows.Select(row =>
            (row.Demonstration.Id, row.Demonstration.Text, row.Demonstration.Label, row.Demonstration.Split)));
    }

    [Fact]
    public async Task Read_ParquetWithoutLabels_NamesTheRow()
    {
        var file = new FileInfo(Path.Combine(folder.FullName, "unlabelled.parquet"));
        await using (var stream = file.Create())
        {
            var text = new DataField("text", typeof(string), isNullable: true);
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text), stream, cancellationToken: Token);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, ["first"]);
        }

        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(file));

        Assert.Equal("unlabelled.parquet, row 1: needs a 'label'", error.Message);
    }

    private static DemonstrationRow MakeRow(string[] words, (string, Value)[] metadata, float[] shares, float[] vector)
    {
        var demonstration = new Demonstration { Id = words[0], Text = words[1], Label = words[2], Split = words[3] };
        foreach (var (key, value) in metadata)
        {
            (demonstration.Metadata ??= new()).Fields[key] = value;
        }

        for (var i = 0; i < shares.Length; i++)
        {
            demonstration.LabelDistribution[i.ToString(CultureInfo.InvariantCulture)] = shares[i];
        }

        demonstration.Vector = ByteString.CopyFrom(MemoryMarshal.AsBytes(vector.AsSpan()));
        return vector.Length == 0 ? new(demonstration) : new(demonstration, "encoder", "2");
    }

    private static async IAsyncEnumerable<IReadOnlyList<DemonstrationRow>> Pages(params DemonstrationRow[][] pages)
    {
        foreach (var page in pages)
        {
            await Task.Yield();
            yield return page;
        }
    }

    private static async Task<List<DemonstrationRow>> ReadAsync(FileInfo file)
    {
        var rows = new List<DemonstrationRow>();
        await foreach (var row in DemonstrationFormats.Of(file).ReadAsync(file, "t-", "test", Token))
        {
            rows.Add(row);
        }

        return rows;
    }
}
