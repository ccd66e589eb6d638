using Grpc.Core;
using IclMesh.Kernel.Core.Probes;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.AlignAttention;

internal sealed class AlignAttentionHandler(WorkLimits limits)
{
    private const int Resolution = 30;

    public async Task<AlignAttentionResponse> HandleAsync(IAsyncStreamReader<AlignAttentionRequest> stream, CancellationToken cancellationToken)
    {
        AlignedAttention? mean = null;
        var (heads, demonstrations, work) = (0, 0, 0.0);
        while (await stream.MoveNext(cancellationToken))
        {
            var prompt = stream.Current;
            AlignAttentionRules.Check(prompt, mean?.Count ?? 0, heads, demonstrations);
            var shape = prompt.Attention.Shape;
            (heads, demonstrations) = (shape[0] * shape[1], prompt.Inputs.Count);
            work += (double)heads * (shape[2] + (demonstrations * Resolution));
            limits.Check(work, 16.0 * heads * (demonstrations + 1) * (Resolution + 1));
            mean ??= new(heads, demonstrations, Resolution);
            mean.Add(prompt.Attention.Span(), shape[2], new(
                [.. prompt.Inputs.Select(range => (range.Start, range.End))],
                [.. prompt.Labels.Select(range => (range.Start, range.End))],
                (prompt.Query.Start, prompt.Query.End)));
        }

        return mean is null
            ? throw MeshException.Invalid("prompt", "the stream must hold one prompt or more")
            : new() { Mean = mean.Mean.ToDoubles(), Masses = mean.MeanMasses.ToDoubles(), Prompts = mean.Count };
    }
}
