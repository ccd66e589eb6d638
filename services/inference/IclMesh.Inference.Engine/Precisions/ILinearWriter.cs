using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>Writes linear layers in one precision.</summary>
internal interface ILinearWriter
{
    /// <summary>Name of the precision, for example <c>fp32</c>.</summary>
    string Name { get; }

    /// <summary>Layers gain from a residual stream without channels that stand out.</summary>
    bool WantsRotation { get; }

    /// <summary>Writes y = x Wᵀ and returns y.</summary>
    string Write(GraphWriter graph, string x, LinearSpec spec);

    /// <summary>Writes the output head, x Wᵀ over [rows, hidden].</summary>
    string WriteHead(GraphWriter graph, string x, LinearSpec spec);
}

/// <summary>A linear layer.</summary>
/// <param name="Name">Name of its (first) tensor.</param>
/// <param name="Inputs">Columns of W.</param>
/// <param name="Outputs">Rows of W.</param>
/// <param name="Weight">Reads W, [outputs, inputs] row-major.</param>
/// <param name="Role">What the layer is for.</param>
internal sealed record LinearSpec(
    string Name, int Inputs, int Outputs, Action<ITensorSource, Span<float>> Weight, LinearRole Role = LinearRole.Other);

/// <summary>What a linear layer is for, where a precision may treat it apart.</summary>
internal enum LinearRole
{
    /// <summary>Any other.</summary>
    Other,

    /// <summary>Makes queries, keys and values.</summary>
    QueryKeyValue,

    /// <summary>The second layer of a feed-forward block, which reads what its activation made.</summary>
    FeedForwardOut,
}
