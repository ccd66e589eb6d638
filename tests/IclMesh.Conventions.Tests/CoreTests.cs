using NetArchTest.Rules;

namespace IclMesh.Conventions.Tests;

/// <summary>Core projects are libraries of their subject: no RPC, no web server.</summary>
public sealed class CoreTests
{
    public static TheoryData<System.Type> Cores => [typeof(Inference.Core.ITransformerModel), typeof(Kernel.Core.Explanation.PredictionExplainer), typeof(Retrieval.Core.IDemonstrationStore)];

    [Theory]
    [MemberData(nameof(Cores), DisableDiscoveryEnumeration = true)]
    public void Core_KnowsNeitherGrpcNorAspNet(System.Type member)
    {
        var result = Types.InAssembly(member.Assembly).ShouldNot().HaveDependencyOnAny("Grpc", "Microsoft.AspNetCore").GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void OnnxRuntime_IsNamedInOneFolderOnly()
    {
        var users = Types.InAssembly(typeof(Inference.Core.ITransformerModel).Assembly)
            .That().HaveDependencyOn("Microsoft.ML.OnnxRuntime").GetTypes()
            .Where(type => type.Namespace != "IclMesh.Inference.Core.Onnx");

        Assert.Empty(users);
    }

    [Fact]
    public void Kernel_ReadsAndWritesNoFile()
    {
        var result = Types.InAssembly(typeof(Kernel.Core.Explanation.PredictionExplainer).Assembly).ShouldNot().HaveDependencyOn("System.IO").GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
