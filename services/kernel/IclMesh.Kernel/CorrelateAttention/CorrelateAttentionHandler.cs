using System.Numerics.Tensors;
using Grpc.Core;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Probes;
using IclMesh.Kernel.V1;
using SimilarityCase = IclMesh.Kernel.V1.CorrelateAttentionRequest.SimilarityOneofCase;

namespace IclMesh.Kernel.CorrelateAttention;

internal sealed class CorrelateAttentionHandler(WorkLimits limits)
{
    public async Task<CorrelateAttentionResponse> HandleAsync(IAsyncStreamReader<CorrelateAttentionRequest> stream, CancellationToken cancellationToken)
    {
        var attention = new List<DenseMatrix>();
        var similarities = new List<double[]>();
        var layers = 0;
        var (work, bytes) = (0.0, 0.0);
        while (await stream.MoveNext(cancellationToken))
        {
            var prompt = stream.Current;
            Check(prompt, attention.Count, layers, attention.Count == 0 ? 0 : attention[0].Rows);
            layers = prompt.Attention.Shape[0];
            var rows = layers * prompt.Attention.Shape[1];
            var count = prompt.Attention.Shape[2];
            work += 10.0 * rows * count;
            bytes += 24.0 * rows * count;
            limits.Check(work, bytes);
            var pooled = new DenseMatrix(rows, count);
            TensorPrimitives.ConvertTruncating(prompt.Attention.Span(), pooled.Values);
            attention.Add(pooled);
            similarities.Add(prompt.SimilarityCase == SimilarityCase.Similarities ? [.. prompt.Similarities.Values] : Similarity(prompt.Distributions.ToDense()));
        }

        if (attention.Count == 0)
        {
            throw MeshException.Invalid("prompt", "the stream must hold one prompt or more");
        }

        limits.Admit(work, bytes);
        var response = new CorrelateAttentionResponse { Layers = layers, Pairs = similarities.Sum(s => s.Length) };
        response.Heads.AddRange(AttentionCorrelation.PerHead(attention, similarities, cancellationToken).Select(interval => interval.ToMessage()));
        return response;
    }

    private static double[] Similarity(DenseMatrix distributions) => AttentionCorrelation.DistributionSimilarity(
        distributions.Row(0), distributions.Select([.. Enumerable.Range(1, distributions.Rows - 1)]));

    private static void Check(CorrelateAttentionRequest prompt, int index, int layers, int rows)
    {
        var rules = new RequestRules();
        var field = $"prompt[{index}]";
        if (prompt.Attention is null)
        {
            throw MeshException.Invalid($"{field}.attention", "is required");
        }

        if (rules.Tensor($"{field}.attention", prompt.Attention, dimensions: 3))
        {
            var shape = prompt.Attention.Shape;
            rules.Require(
                index == 0 || (shape[0] == layers && shape[0] * shape[1] == rows), $"{field}.attention.shape", "must have the layers and heads of the first prompt");
            if (prompt.SimilarityCase == SimilarityCase.Similarities)
            {
                rules.Finite($"{field}.similarities", prompt.Similarities.Values);
                rules.Require(
                    prompt.Similarities.Values.Count == shape[2], $"{field}.similarities", $"must hold one value per demonstration, {shape[2]}, has {prompt.Similarities.Values.Count}");
            }
            else if (rules.Samples($"{field}.distributions", prompt.Distributions, minimumRows: 2))
            {
                rules.Require(
                    prompt.Distributions.RowCount() == shape[2] + 1, $"{field}.distributions.rows", $"must be the query and {shape[2]} demonstrations, is {prompt.Distributions.RowCount()}");
                rules.Distributions($"{field}.distributions", prompt.Distributions);
            }
        }

        rules.ThrowIfBroken();
    }
}
