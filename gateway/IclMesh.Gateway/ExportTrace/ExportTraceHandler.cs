using Google.Protobuf;
using Grpc.Core;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ExportTrace;

internal sealed class ExportTraceHandler(JobStore jobs, ShardStore shards)
{
    public async Task HandleAsync(ExportTraceRequest request, IServerStreamWriter<ExportTraceResponse> responses, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(request.Id, cancellationToken);
        foreach (var (condition, number) in await shards.ListAsync(job.Incarnation, cancellationToken))
        {
            if (await shards.FindAsync(job.Incarnation, condition, number, cancellationToken) is { } shard)
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
