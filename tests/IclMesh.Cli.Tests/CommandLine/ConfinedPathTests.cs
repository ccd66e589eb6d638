using IclMesh.Cli.CommandLine;

namespace IclMesh.Cli.Tests.CommandLine;

public sealed class ConfinedPathTests
{
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/../../x")]
    [InlineData("a/b")]
    [InlineData("..\\x")]
    [InlineData("C:x")]
    [InlineData("a\0b")]
    [InlineData("a\u001b]b")]
    public void Combine_NameThatIsNone_IsRefused(string name) => Assert.Throws<MeshException>(() => ConfinedPath.Combine("/folder", name));

    [Fact]
    public void Combine_NameTooLong_IsRefused() => Assert.Throws<MeshException>(() => ConfinedPath.Combine("/folder", new('é', 128)));

    [Theory]
    [InlineData("similar, k = 8")]
    [InlineData("..a")]
    [InlineData("東京.jsonl")]
    public void Combine_Name_StaysInTheFolder(string name) => Assert.Equal($"/folder/{name}", ConfinedPath.Combine("/folder", name));
}
