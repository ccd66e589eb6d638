using System.Text;
using IclMesh.Cli.Collections;
using IclMesh.Cli.Demonstrations;
using Parquet;
using Parquet.Schema;

namespace IclMesh.Cli.Tests.Collections;

/// <summary>What a file says is what is stored, or the file is refused with the place of what cannot be.</summary>
public sealed class FileTruthTests : IDisposable
{
    private const string Row = """{"text": "a", "label": 1}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("iclmesh-truth-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Read_Latin1_NamesLineAndByte()
    {
        var second = Encoding.Latin1.GetBytes("""{"text": "café", "label": 1}""");
        var file = Write([.. Encoding.UTF8.GetBytes($"{Row}\r\n"), .. second]);

        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(file));

        Assert.Equal("rows.jsonl, line 2: byte 13 of the line, byte 40 of the file: 0xE9 is no UTF-8 there", error.Message);
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x80 }, 10)] // NUL, longer than it may be
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 10)] // half a surrogate pair
    [InlineData(new byte[] { 0xC3, 0xA9, 0xE2, 0x82 }, 12)] // a character that is cut off
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, 10)] // beyond the last character
    public async Task Read_NoUtf8_NamesTheFirstByte(byte[] bytes, int place)
    {
        var file = Write([.. "{\"text\": \""u8, .. bytes, .. "\"}"u8]);

        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(file));

        Assert.Contains($"line 1: byte {place} of the line, byte {place} of the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Utf8WithMark_SkipsIt()
    {
        var file = Write([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"{Row}\n\n{Row}")]);

        Assert.Equal(["t-000001", "t-000003"], (await ReadAsync(file)).Select(row => row.Demonstration.Id));
    }

    [Theory]
    [InlineData("utf-16", true, "UTF-16")]
    [InlineData("utf-16BE", true, "UTF-16")]
    [InlineData("utf-16", false, "UTF-16")]
    [InlineData("utf-32", true, "UTF-32")]
    public async Task Read_OtherEncodings_AreNamed(string encoding, bool mark, string name)
    {
        var codec = Encoding.GetEncoding(encoding);
        var file = Write([.. mark ? codec.Preamble : [], .. codec.GetBytes(Row)]);

        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(file));

        Assert.Contains($"line 1, byte 0: the file is {name}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LongLines_AreCutAtTheirEnds()
    {
        string[] lines = [.. Enumerable.Range(0, 40).Select(i => $$"""{"text": "{{new string('é', i * 5_000)}}x", "label": {{i}}}""")];
        var file = Write(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        var rows = await ReadAsync(file);

        Assert.Equal(lines.Select((_, i) => (i * 5_000) + 1), rows.Select(row => row.Demonstration.Text.Length));
        Assert.Equal(lines.Select((_, i) => $"{i}"), rows.Select(row => row.Demonstration.Label));
    }

    [Theory]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("-9007199254740993", -9007199254740993)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9007199254740992", 9007199254740992)]
    public void Parse_LargeWholeNumber_IsKeptExactly(string number, long expected)
    {
        var row = Parse($$"""{"text": "a", "label": 1, "metadata": {"n": {{number}} } }""");

        Assert.Equal(expected, row.Demonstration.MetadataIntegers["n"]);
        var again = JsonLinesFormat.Parse(JsonLinesFormat.Write(row), "id", "train", "place");
        Assert.Equal(row.Demonstration, again.Demonstration);
    }

    [Theory]
    [InlineData("18446744073709551615")]
    [InlineData("0.12345678901234567890123")]
    [InlineData("9007199254740993.5")]
    [InlineData("1e300")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    public void Parse_NumberThatNothingKeeps_IsRefused(string number)
    {
        var error = Assert.Throws<MeshException>(() => Parse($$"""{"text": "a", "label": 1, "metadata": {"n": {{number}} } }"""));

        Assert.StartsWith("rows.jsonl, line 7: 'metadata.n' ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2019", 2019)]
    [InlineData("0.1", 0.1)]
    [InlineData("0.30000001192092896", 0.30000001192092896)]
    [InlineData("0.10000000000000001", 0.1)]
    [InlineData("1.50e2", 150)]
    [InlineData("-0.0", 0)]
    public void Parse_UsualNumber_StaysANumber(string number, double expected) =>
        Assert.Equal(expected, Parse($$"""{"text": "a", "label": 1, "metadata": {"n": {{number}} } }""").Demonstration.Metadata.Fields["n"].NumberValue);

    [Theory]
    [InlineData("""{"text": "a", "text": "b", "label": 1}""")]
    [InlineData("""{"text": "a", "label": 1, "metadata": {"x": 1, "x": 2}}""")]
    public void Parse_PropertyTwice_IsRefused(string line) => Assert.Contains("Duplicate", Assert.Throws<MeshException>(() => Parse(line)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Read_ParquetLabelsOfEveryWholeType_AreRead()
    {
        await CheckLabelsAsync<sbyte>([-128, 127], "-128", "127");
        await CheckLabelsAsync<byte>([0, 255], "0", "255");
        await CheckLabelsAsync<short>([short.MinValue, 1], "-32768", "1");
        await CheckLabelsAsync<ushort>([0, ushort.MaxValue], "0", "65535");
        await CheckLabelsAsync<int>([int.MinValue, 1], "-2147483648", "1");
        await CheckLabelsAsync<uint>([0, uint.MaxValue], "0", "4294967295");
        await CheckLabelsAsync<long>([long.MinValue, 1], "-9223372036854775808", "1");
        await CheckLabelsAsync<ulong>([0, ulong.MaxValue], "0", "18446744073709551615");
        await CheckLabelsAsync<bool>([true, false], "true", "false");
    }

    [Fact]
    public async Task Read_ParquetLabelsOfOtherTypes_NamesColumnAndType()
    {
        foreach (var (file, type) in new[] { (await WriteLabelsAsync<double>([1, 2]), "Double"), (await WriteLabelsAsync<decimal>([1, 2]), "Decimal") })
        {
            var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(file));

            Assert.Contains($"column 'label' must hold strings, whole numbers or Booleans, holds {type}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task LabelledText_Latin1_IsABrokenLineWithItsPlace()
    {
        var file = Write([.. Encoding.UTF8.GetBytes($"{Row}\n"), .. Encoding.Latin1.GetBytes("""{"text": "é", "label": 1}""")]);

        var error = await Assert.ThrowsAsync<MeshException>(() => LabelledTextFile.ReadAsync(file.FullName, new("a,b"), skipInvalid: false, Token));
        var rest = await LabelledTextFile.ReadAsync(file.FullName, new("a,b"), skipInvalid: true, Token);

        Assert.Contains("line 2: byte 10 of the line, byte 36 of the file: 0xE9 is no UTF-8 there", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (rest.Rows.Count, rest.Skipped));
    }

    private static DemonstrationRow Parse(string line) => JsonLinesFormat.Parse(line, "id", "train", "rows.jsonl, line 7");

    private async Task CheckLabelsAsync<T>(T[] labels, params string[] expected)
        where T : struct =>
        Assert.Equal(expected, (await ReadAsync(await WriteLabelsAsync(labels))).Select(row => row.Demonstration.Label));

    private async Task<FileInfo> WriteLabelsAsync<T>(T[] labels)
        where T : struct
    {
        var file = new FileInfo(Path.Combine(folder.FullName, $"{typeof(T).Name}.parquet"));
        var (text, label) = (new DataField("text", typeof(string), isNullable: true), new DataField("label", typeof(T), isNullable: false));
        await using var stream = file.Create();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, label), stream, cancellationToken: Token);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(text, ["first", "second"]);
        await group.WriteAsync<T>(label, labels);
        return file;
    }

    private FileInfo Write(byte[] bytes)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, "rows.jsonl"));
        File.WriteAllBytes(file.FullName, bytes);
        return file;
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
