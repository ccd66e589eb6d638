namespace IclMesh.Retrieval.Core.Collections;

/// <summary>How two vectors are compared. A greater score is always nearer.</summary>
public enum VectorMetric
{
    /// <summary>x·y / (‖x‖‖y‖), in [−1, 1]. Zero vectors are refused.</summary>
    Cosine,

    /// <summary>x·y, unbounded.</summary>
    DotProduct,

    /// <summary>−‖x − y‖₂, at most 0.</summary>
    Euclidean,
}
