using System.Reflection;
using IclMesh.Testing;
using NetArchTest.Rules;

namespace IclMesh.Conventions.Tests;

/// <summary>Core projects are libraries of their subject: no RPC, no web server.</summary>
public sealed class CoreTests
{
    public static TheoryData<System.Type> Cores =>
    [
        typeof(Inference.Core.ITransformerModel), typeof(Inference.Text.Tokens.ITextTokenizer), typeof(Inference.ModelFiles.Models.ModelSource),
        typeof(Inference.Engine.OnnxEngine), typeof(Kernel.Core.Explanation.PredictionExplainer), typeof(Retrieval.Core.IDemonstrationStore),
    ];

    [Theory]
    [MemberData(nameof(Cores), DisableDiscoveryEnumeration = true)]
    public void Core_KnowsNeitherGrpcNorAspNet(System.Type member)
    {
        var result = Types.InAssembly(member.Assembly).ShouldNot().HaveDependencyOnAny("Grpc", "Microsoft.AspNetCore").GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void OnnxRuntime_IsReferencedByTheEngineOnly()
    {
        var assemblies = Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(path => Path.GetFileName(path).StartsWith("iclmesh", StringComparison.OrdinalIgnoreCase))
            .Select(Assembly.LoadFrom)
            .Where(assembly => assembly.GetReferencedAssemblies().Any(reference => reference.Name!.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)))
            .Select(assembly => assembly.GetName().Name);
        var projects = Directory.GetFiles(SharedFolder.Repository, "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("\"Microsoft.ML.OnnxRuntime", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(["IclMesh.Inference.Engine"], assemblies);
        Assert.Equal(["IclMesh.Inference.Engine"], projects);
    }

    [Fact]
    public void Kernel_ReadsAndWritesNoFile()
    {
        var result = Types.InAssembly(typeof(Kernel.Core.Explanation.PredictionExplainer).Assembly).ShouldNot().HaveDependencyOn("System.IO").GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
