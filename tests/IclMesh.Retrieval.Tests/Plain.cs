using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Tests;

/// <summary>Scores in double precision, written down as the definitions are.</summary>
internal static class Plain
{
    public static double Score(VectorMetric metric, float[] x, float[] y)
    {
        var dot = x.Zip(y, (a, b) => (double)a * b).Sum();
        return metric switch
        {
            VectorMetric.Cosine => dot / Math.Sqrt(x.Sum(a => (double)a * a)) / Math.Sqrt(y.Sum(a => (double)a * a)),
            VectorMetric.DotProduct => dot,
            _ => -Math.Sqrt(x.Zip(y, (a, b) => ((double)a - b) * ((double)a - b)).Sum()),
        };
    }
}
