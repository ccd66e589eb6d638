using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Kernel.V1;
using IclMesh.Type.V1;

namespace IclMesh.Kernel.Tests.Host;

/// <summary>The kernel service in this process.</summary>
public sealed class KernelHost : IAsyncLifetime
{
    private InProcessHost host = null!;

    public KernelService.KernelServiceClient Client { get; private set; } = null!;

    public EvaluationService.EvaluationServiceClient Evaluation { get; private set; } = null!;

    public InProcessHost Host => host;

    public async ValueTask InitializeAsync()
    {
        host = await InProcessHost.StartAsync(builder => builder.AddKernel(), app => app.MapKernel());
        Client = new(host.Channel);
        Evaluation = new(host.Channel);
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    public static Matrix Matrix(int rows, int columns, params float[] values) =>
        new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };

    public static IclMesh.Type.V1.Tensor Tensor(int[] shape, params float[] values) =>
        new() { Shape = { shape }, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) };

    public static float[] Values(Matrix matrix) => MemoryMarshal.Cast<byte, float>(matrix.Values.Span).ToArray();
}
