using System.Text;
using CsCheck;
using IclMesh.Cli.Demonstrations;

namespace IclMesh.Cli.Tests.Demonstrations;

public sealed class LabelledTextFileTests : IDisposable
{
    private static readonly LabelList Labels = new("Negative,Positive");
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public async Task Read_IndexAndWord_MeanTheSameLabel()
    {
        var file = await ReadAsync("""{"text": "good", "label": 1}""", """{"text": "fine", "label": "Positive"}""");

        Assert.Equal([1, 1], file.Rows.Select(row => row.Label));
        Assert.Equal(["#1", "Positive"], file.Rows.Select(row => row.StoredLabel));
    }

    [Fact]
    public async Task Read_EmptyLines_AreSkippedButCounted()
    {
        var file = await ReadAsync("", """{"text": "good", "label": 1}""");

        Assert.Equal(2, Assert.Single(file.Rows).Line);
    }

    [Theory]
    [InlineData("""{"text": "good"}""", "needs a 'label'")]
    [InlineData("""{"label": 1}""", "needs a non-empty string 'text'")]
    [InlineData("""{"text": 3, "label": 1}""", "needs a non-empty string 'text'")]
    [InlineData("""{"text": "good", "label": 2}""", "neither an index from 0 to 1 nor one of Negative, Positive")]
    [InlineData("""{"text": "good", "label": -1}""", "neither an index")]
    [InlineData("""{"text": "good", "label": 0.5}""", "neither an index")]
    [InlineData("""["good", 1]""", "is not a JSON object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{"text": "\ud800", "label": 1}""", "not Unicode")]
    public async Task Read_BrokenRow_NamesLineAndReasonAndLoadsNothing(string row, string reason)
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync("""{"text": "good", "label": 1}""", row));

        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SkipInvalid_LoadsTheRestAndCountsTheBroken()
    {
        await File.WriteAllLinesAsync(path, ["""{"text": "good", "label": 1}""", "{", """{"text": "bad", "label": 0}"""], TestContext.Current.CancellationToken);

        var file = await LabelledTextFile.ReadAsync(path, Labels, skipInvalid: true, TestContext.Current.CancellationToken);

        Assert.Equal([1, 3], file.Rows.Select(row => row.Line));
        Assert.Equal(1, file.Skipped);
    }

    [Fact]
    public async Task Read_AnyBytes_FailsOnlyInTheStatedWay()
    {
        await Gen.Select(Gen.Byte.Array[0, 200], Gen.OneOf(Gen.Const("{\"text\": \"a\", \"label\": 1}"), Gen.Const("{\"text\": "), Gen.Const("\""))).SampleAsync(async (bytes, text) =>
        {
            var file = Path.GetTempFileName();
            try
            {
                await File.WriteAllBytesAsync(file, [.. Encoding.UTF8.GetBytes(text), .. bytes], TestContext.Current.CancellationToken);
                await LabelledTextFile.ReadAsync(file, Labels, skipInvalid: false, TestContext.Current.CancellationToken);
            }
            catch (MeshException)
            {
                // The only way to fail.
            }
            finally
            {
                File.Delete(file);
            }
        }, iter: 200);
    }

    private async Task<LabelledTextFile> ReadAsync(params string[] rows)
    {
        await File.WriteAllLinesAsync(path, rows, TestContext.Current.CancellationToken);
        return await LabelledTextFile.ReadAsync(path, Labels, skipInvalid: false, TestContext.Current.CancellationToken);
    }
}
