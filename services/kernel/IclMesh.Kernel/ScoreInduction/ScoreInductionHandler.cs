using System.Numerics.Tensors;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Probes;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.ScoreInduction;

internal sealed class ScoreInductionHandler(WorkLimits limits)
{
    public ScoreInductionResponse Handle(ScoreInductionRequest request)
    {
        Check(request);
        int[] tokens = [.. request.Tokens];
        var heads = request.Attention.Shape[0];
        var (copied, vocabulary) = request.Contributions is { } tensor ? (tensor.Shape[1], tensor.Shape[2]) : (0, 0);
        limits.Admit(heads * (((double)tokens.Length * tokens.Length) + ((double)copied * vocabulary)), 8.0 * copied * vocabulary);

        var response = new ScoreInductionResponse();
        for (var h = 0; h < heads; h++)
        {
            var square = request.Attention.Span().Slice(h * tokens.Length * tokens.Length, tokens.Length * tokens.Length);
            response.PrefixMatching.Add(InductionScores.PrefixMatching(square, tokens));
            if (request.Contributions is { } contributions)
            {
                var raised = new DenseMatrix(copied, vocabulary);
                TensorPrimitives.ConvertTruncating(contributions.Span().Slice(h * copied * vocabulary, copied * vocabulary), raised.Values);
                response.Copying.Add(InductionScores.Copying(raised, [.. request.CopiedTokens]));
            }
        }

        return response;
    }

    private static void Check(ScoreInductionRequest request)
    {
        var rules = new RequestRules();
        rules.InRange("tokens", request.Tokens.Count, 2, 4096);
        if (request.Attention is null)
        {
            throw MeshException.Invalid("attention", "is required");
        }

        if (rules.Tensor("attention", request.Attention, dimensions: 3))
        {
            var shape = request.Attention.Shape;
            rules.Require(
                shape[1] == request.Tokens.Count && shape[2] == request.Tokens.Count,
                "attention.shape",
                $"must end in the number of tokens twice, {request.Tokens.Count}, is [{string.Join(", ", shape)}]");
            rules.NonNegative("attention.values", request.Attention.Span());
            if (request.Contributions is { } contributions && rules.Tensor("contributions", contributions, dimensions: 3))
            {
                rules.Require(contributions.Shape[0] == shape[0], "contributions.shape", $"must begin with the number of heads {shape[0]}, begins with {contributions.Shape[0]}");
                rules.Require(
                    contributions.Shape[1] == request.CopiedTokens.Count, "copied_tokens", $"must hold one token per row, {contributions.Shape[1]}, has {request.CopiedTokens.Count}");
                for (var i = 0; i < request.CopiedTokens.Count; i++)
                {
                    rules.InRange($"copied_tokens[{i}]", request.CopiedTokens[i], 0, contributions.Shape[2] - 1);
                }
            }
        }

        rules.ThrowIfBroken();
    }
}
