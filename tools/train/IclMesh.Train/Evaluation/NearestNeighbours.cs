using IclMesh.Train.Data;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>Vote of the k nearest train rows by cosine.</summary>
internal static class NearestNeighbours
{
    /// <summary>Share of queries whose vote names their class; ties go to the nearest row among the tied classes.</summary>
    /// <param name="train">Train vectors of length 1, [N, d].</param>
    /// <param name="queries">Query vectors of length 1, [Q, d].</param>
    public static double Accuracy(torch.Tensor train, IReadOnlyList<Row> trainRows, torch.Tensor queries, IReadOnlyList<Row> queryRows, int classes, int k)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var (_, nearest) = torch.topk(queries.matmul(train.t()), k, dim: 1);
        var indexes = nearest.contiguous().data<long>().ToArray();
        var right = 0;
        for (var q = 0; q < queryRows.Count; q++)
        {
            var votes = new double[classes];
            for (var j = 0; j < k; j++)
                votes[trainRows[(int)indexes[(q * k) + j]].Label] += 1 - (j * 1e-3);
            right += Array.IndexOf(votes, votes.Max()) == queryRows[q].Label ? 1 : 0;
        }
        return (double)right / queryRows.Count;
    }
}
