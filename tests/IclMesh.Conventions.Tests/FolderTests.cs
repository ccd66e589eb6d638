using IclMesh.Testing;

namespace IclMesh.Conventions.Tests;

/// <summary>Folders of a project use each other in one direction only, so that each can be read without those that use it.</summary>
public sealed class FolderTests
{
    [Theory]
    [InlineData("services/inference/IclMesh.Inference.Text")]
    [InlineData("services/inference/IclMesh.Inference.ModelFiles")]
    [InlineData("services/inference/IclMesh.Inference.Core")]
    [InlineData("services/inference/IclMesh.Inference.Engine")]
    [InlineData("services/inference/IclMesh.Inference")]
    [InlineData("libs/IclMesh.Primitives")]
    [InlineData("libs/IclMesh.Contracts")]
    [InlineData("services/kernel/IclMesh.Kernel.Core")]
    public void Folders_OfAProject_FormNoCircles(string project) =>
        Assert.Empty(FolderGraph.Read(Path.Combine(SharedFolder.Repository, project)).Circles());

    [Fact]
    public void Circles_ByUsingByNameAndFromBelow_AreFound()
    {
        var graph = FolderGraph.Of(
            "using P.B;\n\nnamespace P.A;\n\ninternal sealed class First;\n",
            "namespace P.B;\n\ninternal sealed class Second(A.First first);\n",
            "namespace P.C;\n\ninternal sealed class Third(Root root);\n",
            "using P.C;\n\nnamespace P;\n\npublic sealed class Root;\n",
            "using P.A;\n\nnamespace P.D;\n\ninternal sealed class Fourth;\n");

        Assert.Equal(["P, P.C", "P.A, P.B"], graph.Circles());
    }
}
