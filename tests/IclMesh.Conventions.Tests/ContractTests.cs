using System.Reflection;
using Google.Protobuf.Reflection;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;
using IclMesh.Type.V1;

namespace IclMesh.Conventions.Tests;

/// <summary>What the protos promise, the code has.</summary>
public sealed class ContractTests
{
    private static readonly (ServiceDescriptor Service, Assembly Host, string Folder)[] Services =
    [
        (GatewayService.Descriptor, typeof(Gateway.GatewayHostExtensions).Assembly, "gateway/IclMesh.Gateway"),
        (TaskService.Descriptor, typeof(Gateway.GatewayHostExtensions).Assembly, "gateway/IclMesh.Gateway"),
        (JobService.Descriptor, typeof(Gateway.GatewayHostExtensions).Assembly, "gateway/IclMesh.Gateway"),
        (InferenceService.Descriptor, typeof(Inference.InferenceHostExtensions).Assembly, "services/inference/IclMesh.Inference"),
        (KernelService.Descriptor, typeof(Kernel.KernelHostExtensions).Assembly, "services/kernel/IclMesh.Kernel"),
        (EvaluationService.Descriptor, typeof(Kernel.KernelHostExtensions).Assembly, "services/kernel/IclMesh.Kernel"),
        (HeadAnalysisService.Descriptor, typeof(Kernel.KernelHostExtensions).Assembly, "services/kernel/IclMesh.Kernel"),
        (TheoryLabService.Descriptor, typeof(Kernel.KernelHostExtensions).Assembly, "services/kernel/IclMesh.Kernel"),
        (RetrievalService.Descriptor, typeof(Retrieval.RetrievalHostExtensions).Assembly, "services/retrieval/IclMesh.Retrieval"),
    ];

    public static TheoryData<string, string> Rpcs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (service, _, folder) in Services)
            {
                foreach (var method in service.Methods)
                {
                    data.Add(folder, method.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rpcs))]
    public void Rpc_HasAFolderWithItsHandler(string folder, string rpc) =>
        Assert.True(File.Exists(Path.Combine(SharedFolder.Repository, folder, rpc, $"{rpc}Handler.cs")), $"{folder}/{rpc}/{rpc}Handler.cs");

    [Theory]
    [MemberData(nameof(Rpcs))]
    public void Rpc_IsImplemented(string folder, string rpc)
    {
        var (service, host, _) = Services.Single(candidate => candidate.Folder == folder && candidate.Service.FindMethodByName(rpc) is not null);

        var implementation = host.GetTypes().Single(type => type.BaseType?.Name == $"{service.Name}Base");

        Assert.Equal(implementation, implementation.GetMethod(rpc)!.DeclaringType);
    }

    [Fact]
    public void Services_AreAllCovered()
    {
        var declared = typeof(GatewayService).Assembly.GetTypes().Where(type => type.Name.EndsWith("ServiceBase", StringComparison.Ordinal)).Select(type => type.Name);

        Assert.Equal(declared.Order(StringComparer.Ordinal), Services.Select(service => $"{service.Service.Name}Base").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ErrorReasons_AreTheOnesThatTheProtoDocuments()
    {
        var documented = Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified)
            .Select(reason => typeof(ErrorReason).GetField(reason.ToString())!.GetCustomAttribute<OriginalNameAttribute>()!.Name["ERROR_REASON_".Length..]);

        var thrown = typeof(ErrorReasons).GetFields().Where(field => field.Name != nameof(ErrorReasons.Domain)).Select(field => (string)field.GetValue(null)!);

        Assert.Equal(documented.Order(StringComparer.Ordinal), thrown.Order(StringComparer.Ordinal));
    }
}
