using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Families;

/// <summary>Writes linear layers in one precision.</summary>
internal interface ILinearWriter
{
    /// <summary>Name of the precision, for example <c>fp32</c>.</summary>
    string Name { get; }

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
internal sealed record LinearSpec(string Name, int Inputs, int Outputs, Action<ITensorSource, Span<float>> Weight);
