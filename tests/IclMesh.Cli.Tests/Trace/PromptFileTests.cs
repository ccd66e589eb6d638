using IclMesh.Cli.Trace;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Testing;

namespace IclMesh.Cli.Tests.Trace;

public sealed class PromptFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Read_PlainFile_KeepsEveryLineEnd()
    {
        var segment = Assert.Single(await ReadAsync("prompt.txt", [.. "Größe\r\nnext\n"u8]));

        Assert.Equal((SegmentKind.Query, "Größe\r\nnext\n"), (segment.Kind, segment.Text));
    }

    [Fact]
    public async Task Read_Pieces_AreOneALine()
    {
        var segments = await ReadAsync("prompt.jsonl", [.. """
            {"kind": "demonstration_input", "text": "Großes Kino", "demonstration_id": "a"}
            {"kind": "query", "text": "?"}
            """u8]);

        Assert.Equal([(SegmentKind.DemonstrationInput, "Großes Kino", "a"), (SegmentKind.Query, "?", "")], segments.Select(s => (s.Kind, s.Text, s.DemonstrationId)));
    }

    [Theory]
    [InlineData("prompt.txt")]
    [InlineData("prompt.jsonl")]
    public async Task Read_NoUtf8_NamesLineAndByte(string name)
    {
        byte[] bytes = [.. """{"kind": "query", "text": "a"}"""u8, (byte)'\n', .. """{"kind": "query", "text": "Gr"""u8, 0xF6, .. "\"}"u8];

        var error = await Assert.ThrowsAsync<MeshException>(() => ReadAsync(name, bytes));

        Assert.Equal("--prompt-file", Assert.Single(error.Violations).Field);
        Assert.Contains("line 2: byte 29 of the line, byte 60 of the file: 0xF6", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<PromptSegment>> ReadAsync(string name, byte[] bytes) =>
        PromptFile.ReadAsync(new(folder.Write(name, bytes)), TestContext.Current.CancellationToken);
}
