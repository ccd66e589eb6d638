using IclMesh.Inference.Engine.Weights;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Onnx;

public sealed class WeightEvictionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(40, "a b c")]
    [InlineData(39, "b c")]
    [InlineData(29, "c")]
    [InlineData(5, "")]
    public void MakeRoom_NewFileOfTen_DeletesWhatWasUnusedLongest(long limit, string left)
    {
        Write("b", age: 2);
        Write("c", age: 1);
        Write("a", age: 3);

        WeightEviction.MakeRoom(folder.Path, needed: 10, limit);

        Assert.Equal(left, string.Join(' ', Names()));
    }

    [Fact]
    public void Touch_OldFile_SurvivesTheNextEviction()
    {
        Write("old", age: 9);
        Write("new", age: 1);

        WeightEviction.Touch(Path.Combine(folder.Path, "old.weights"));
        WeightEviction.MakeRoom(folder.Path, needed: 10, limit: 20);

        Assert.Equal(["old"], Names());
    }

    [Fact]
    public void MakeRoom_AbandonedDraft_IsDeleted()
    {
        var draft = Path.Combine(folder.Path, "x.weights.0123.tmp");
        File.WriteAllBytes(draft, new byte[10]);
        File.SetLastWriteTimeUtc(draft, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        WeightEviction.MakeRoom(folder.Path, needed: 0, limit: 100);

        Assert.False(File.Exists(draft));
    }

    public void Dispose() => folder.Dispose();

    private IEnumerable<string> Names() => Directory.GetFiles(folder.Path, "*.weights").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    private void Write(string name, int age)
    {
        var path = Path.Combine(folder.Path, $"{name}.weights");
        File.WriteAllBytes(path, new byte[10]);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-age));
    }
}
