using Google.Protobuf;
using Grpc.Core;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ExportTrace;

internal sealed class ExportTraceHandler(JobStore store)
{
    public async Task HandleAsync(ExportTraceRequest request, IServerStreamWriter<ExportTraceResponse> responses, CancellationToken cancellationToken)
    {
        var job = await store.GetAsync(request.Id, cancellationToken);
        foreach (var (condition, number) in await store.ListShardsAsync(job.Id, cancellationToken))
        {
            if (await store.GetShardAsync(job.Id, condition, number, cancellationToken) is { } shard)
            {
                var message = new ExportTraceResponse
                {
                    Condition = condition,
                    Shard = number,
                    Records = UnsafeByteOperations.UnsafeWrap(shard.Records),
                    Tensors = UnsafeByteOperations.UnsafeWrap(shard.Tensors),
                };
                await responses.WriteAsync(message, cancellationToken);
            }
        }
    }
}
