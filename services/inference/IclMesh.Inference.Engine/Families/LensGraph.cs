using IclMesh.Inference.Engine.Graphs;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Families;

/// <summary>The logit lens: final norm and head applied to the residual stream of any layer, over the decoder's own weights.</summary>
/// <remarks>Source: nostalgebraist, "interpreting GPT: the logit lens", 2020. Always fp32, whatever the decoder's precision.</remarks>
internal sealed class LensGraph
{
    /// <summary>Name of the input, [rows, hidden].</summary>
    public const string Stream = "stream";

    /// <summary>Writes the graph.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="norm">Its last norm.</param>
    /// <param name="head">Tensor of its output head.</param>
    /// <param name="bias">Tensor of the head's bias, where it has one.</param>
    public LensGraph(DecoderGraph decoder, FinalNorm norm, string head, string? bias)
    {
        var (hidden, vocabulary) = (decoder.Configuration.HiddenSize, decoder.Configuration.VocabularySize);
        var x = Graph.Input(Stream, Type.Float, "rows", $"{hidden}");
        var weight = Vector(norm.Weight, hidden);
        var epsilon = Attribute("epsilon", decoder.Configuration.NormEpsilon);
        x = norm.Bias is null
            ? Graph.Node("SimplifiedLayerNormalization", [x, weight], Attribute("axis", -1), epsilon, Attribute("stash_type", 1))
            : Graph.Node("LayerNormalization", [x, weight, Vector(norm.Bias, hidden)], Attribute("axis", -1), epsilon);
        string[] inputs = [x, Vector(head, vocabulary, hidden)];
        Graph.Add("Gemm", "", bias is null ? inputs : [.. inputs, Vector(bias, vocabulary)], [GraphNames.Logits], Attribute("transB", 1));
        Graph.Output(GraphNames.Logits, Type.Float, "rows", $"{vocabulary}");
    }

    /// <summary>The nodes and weights.</summary>
    public GraphWriter Graph { get; } = new();

    private string Vector(string tensor, params long[] shape) => Graph.Weight(WeightSpec.Float(tensor, shape, WeightReader.Stack(tensor)));
}

/// <summary>The norm before the output head.</summary>
/// <param name="Weight">Tensor of its weight.</param>
/// <param name="Bias">Tensor of its bias; null for a root-mean-square norm.</param>
internal sealed record FinalNorm(string Weight, string? Bias);
