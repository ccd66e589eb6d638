using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Families;

/// <summary>BERT: bidirectional post-norm encoder with token types and learned positions, exact gelu.</summary>
/// <remarks>Texts of one batch have the same length, so there is no padding and no mask.</remarks>
internal sealed class BertFamily(ModelSource source, bool exposeAttention)
{
    private readonly ModelConfiguration configuration = source.Configuration;

    /// <summary>The nodes and weights.</summary>
    public GraphWriter Graph { get; } = new();

    /// <summary>Writes the whole encoder.</summary>
    public BertFamily Write()
    {
        var (hidden, wide) = (configuration.HiddenSize, configuration.FeedForwardSize);
        var x = Embed(hidden);
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"encoder.layer.{layer}.";
            var attended = Dense(Attend(layer, x, stem), $"{stem}attention.output.dense", hidden, hidden);
            x = AddNorm(attended, x, $"{stem}attention.output.LayerNorm");
            var active = Graph.Node("Gelu", [Dense(x, $"{stem}intermediate.dense", hidden, wide)], Attribute("approximate", "none"));
            x = AddNorm(Dense(active, $"{stem}output.dense", wide, hidden), x, $"{stem}output.LayerNorm");
        }

        Graph.Add("Identity", "", [x], [GraphNames.LastHidden]);
        Graph.Output(GraphNames.LastHidden, Type.Float, "B", "S", $"{hidden}");
        return this;
    }

    private string Embed(int hidden)
    {
        Graph.Input(GraphNames.Tokens, Type.Int64, "B", "S");
        Graph.Input(GraphNames.Positions, Type.Int64, "S");
        var words = Graph.Node("Gather", [Vector("embeddings.word_embeddings.weight", configuration.VocabularySize, hidden), GraphNames.Tokens]);
        var positions = Graph.Node(
            "Gather", [Vector("embeddings.position_embeddings.weight", configuration.ContextLength, hidden), GraphNames.Positions]);
        var types = Vector("embeddings.token_type_embeddings.weight", configuration.TokenTypes, hidden);
        var firstType = Graph.Node("Gather", [types, Graph.Constant(0)]);
        return Norm(Graph.Node("Add", [Graph.Node("Add", [words, firstType]), positions]), "embeddings.LayerNorm");
    }

    private string Attend(int layer, string x, string stem)
    {
        var hidden = configuration.HiddenSize;
        string[] parts =
        [
            Dense(x, $"{stem}attention.self.query", hidden, hidden),
            Dense(x, $"{stem}attention.self.key", hidden, hidden),
            Dense(x, $"{stem}attention.self.value", hidden, hidden),
        ];
        string[] outputs = exposeAttention ? [Graph.Fresh("attention"), "", "", GraphNames.Attention(layer)] : [Graph.Fresh("attention")];
        if (exposeAttention)
        {
            Graph.Output(GraphNames.Attention(layer), Type.Float, "B", $"{configuration.Heads}", "S", "S");
        }

        return Graph.Add(
            "Attention",
            "",
            parts,
            outputs,
            Attribute("q_num_heads", configuration.Heads),
            Attribute("kv_num_heads", configuration.Heads),
            Attribute("qk_matmul_output_mode", exposeAttention ? 3 : 0))[0];
    }

    private string Dense(string x, string stem, int inputs, int outputs)
    {
        var weight = WeightSpec.Float($"{stem}.weight", [outputs, inputs], WeightReader.Stack($"{stem}.weight"));
        var y = Graph.Fused("FusedMatMul", [x, Graph.Weight(weight)], Attribute("transB", 1));
        return Graph.Node("Add", [y, Vector($"{stem}.bias", outputs)]);
    }

    private string AddNorm(string a, string b, string stem) => Norm(Graph.Node("Add", [a, b]), stem);

    private string Norm(string x, string stem) => Graph.Node(
        "LayerNormalization",
        [x, Vector($"{stem}.weight", configuration.HiddenSize), Vector($"{stem}.bias", configuration.HiddenSize)],
        Attribute("axis", -1),
        Attribute("epsilon", configuration.NormEpsilon));

    private string Vector(string tensor, params long[] shape) =>
        Graph.Weight(WeightSpec.Float(tensor, shape, WeightReader.Stack(tensor)));
}
