using IclMesh.Train.Data;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>Vote of the k nearest train rows.</summary>
internal static class NearestNeighbours
{
    /// <summary>Share of queries whose vote by cosine names their class.</summary>
    /// <param name="train">Train vectors of length 1, [N, d].</param>
    /// <param name="trainRows">Their rows, [N].</param>
    /// <param name="queries">Query vectors of length 1, [Q, d].</param>
    /// <param name="queryRows">Their rows, [Q].</param>
    /// <param name="classes">C, classes of the task.</param>
    /// <param name="k">Rows that vote.</param>
    public static double Accuracy(torch.Tensor train, IReadOnlyList<Row> trainRows, torch.Tensor queries, IReadOnlyList<Row> queryRows, int classes, int k) =>
        Rank(train, queries, k).Zip(queryRows, (nearest, query) => Vote(nearest, trainRows, classes) == query.Label ? 1.0 : 0.0).Average();

    /// <summary>The k nearest train rows of every query by cosine, nearest first, [Q][k].</summary>
    public static int[][] Rank(torch.Tensor train, torch.Tensor queries, int k)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var (_, nearest) = torch.topk(queries.matmul(train.t()), k, dim: 1);
        return [.. nearest.contiguous().data<long>().ToArray().Select(i => (int)i).Chunk(k)];
    }

    /// <summary>The class that most of the rows have; ties go to the nearest row among the tied classes, and no row votes for class 0.</summary>
    public static int Vote(int[] nearest, IReadOnlyList<Row> rows, int classes)
    {
        var votes = new double[classes];
        for (var j = 0; j < nearest.Length; j++)
            votes[rows[nearest[j]].Label] += 1 - (j * 1e-3);
        return Array.IndexOf(votes, votes.Max());
    }
}
