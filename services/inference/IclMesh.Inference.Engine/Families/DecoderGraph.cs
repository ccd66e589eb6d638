using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Tensors;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Families;

/// <summary>What every decoder has in common: inputs, norms, linear layers, attention with its row branch, hidden taps and head.</summary>
/// <remarks>
/// Letters: S new tokens of this run, T total tokens, C capacity of the key-value buffer, Q rows whose attention is asked for, R rows
/// whose logits are asked for. A family reads as its layer's formula, written with these verbs.
/// </remarks>
internal sealed partial class DecoderGraph
{
    private readonly ILinearWriter linear;
    private ResidualRotation? rotation;
    private FinalNorm? finalNorm;

    public DecoderGraph(ModelSource source, ILinearWriter linear)
    {
        this.linear = linear;
        Configuration = source.Configuration;
        Tensors = source.Tensors;
        DeclareInputs();
    }

    /// <summary>The nodes and weights.</summary>
    public GraphWriter Graph { get; } = new();

    /// <summary>Final norm and head once more, for residual streams of any layer; set by <see cref="Head"/>.</summary>
    public LensGraph? Lens { get; private set; }

    /// <summary>Sizes and constants.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>The model's own tensors.</summary>
    public ITensorSource Tensors { get; }

    /// <summary>Rows of an embedding table for the input tokens, [1, S, hidden].</summary>
    public string Embed(string tensor)
    {
        var rows = Graph.Node("Gather", [Vector(tensor, Configuration.VocabularySize, Configuration.HiddenSize), GraphNames.Tokens]);
        return rotation is null ? rows : rotation.Turn(Graph, rows);
    }

    /// <summary>A tensor taken as it is.</summary>
    public string Vector(string tensor, params long[] shape) =>
        Graph.Weight(WeightSpec.Float(tensor, shape, WeightReader.Stack(tensor)));

    /// <summary>x * Wᵀ + b, W from stacked tensors of [rows, <paramref name="inputs"/>].</summary>
    public string Linear(string x, int inputs, int outputs, string[] weights, string[]? biases = null, LinearRole role = LinearRole.Other) =>
        Linear(x, inputs, outputs, weights[0], WeightReader.Stack(weights), biases is null ? null : WeightReader.Stack(biases), role);

    /// <summary>x * Wᵀ + b, with weights that need more than stacking.</summary>
    public string Linear(
        string x,
        int inputs,
        int outputs,
        string name,
        Action<ITensorSource, Span<float>> weight,
        Action<ITensorSource, Span<float>>? bias = null,
        LinearRole role = LinearRole.Other)
    {
        var y = linear.Write(Graph, x, new(name, inputs, outputs, weight, role));
        return bias is null ? y : Graph.Node("Add", [y, Graph.Weight(WeightSpec.Float($"{name}.stacked_bias", [outputs], bias))]);
    }

    /// <summary>Root-mean-square norm over the last axis.</summary>
    public string RmsNorm(string x, string weight, int size) => RmsNorm(x, Vector(weight, size));

    /// <summary>Layer norm over the last axis, with <c>.weight</c> and <c>.bias</c>.</summary>
    public string LayerNorm(string x, string stem) =>
        Graph.Node(
            "LayerNormalization",
            [x, Vector($"{stem}.weight", Configuration.HiddenSize), Vector($"{stem}.bias", Configuration.HiddenSize)],
            Attribute("axis", -1),
            Attribute("epsilon", Configuration.NormEpsilon));

    /// <summary>Adds <paramref name="delta"/> to the residual stream and norms the sum (RMS).</summary>
    public (string Normed, string Residual) AddRmsNorm(string delta, string residual, string weight)
    {
        finalNorm = new(weight, Bias: null);
        var outputs = Graph.AddFused(
            "SkipSimplifiedLayerNormalization",
            [delta, residual, rotation is null ? Vector(weight, Configuration.HiddenSize) : Ones()],
            [Graph.Fresh("norm"), "", "", Graph.Fresh("residual")],
            Attribute("epsilon", Configuration.NormEpsilon));
        return (outputs[0], outputs[3]);
    }

    /// <summary>Adds <paramref name="delta"/> to the residual stream and norms the sum (layer norm).</summary>
    public (string Normed, string Residual) AddLayerNorm(string delta, string residual, string stem)
    {
        finalNorm = new($"{stem}.weight", $"{stem}.bias");
        var outputs = Graph.AddFused(
            "SkipLayerNormalization",
            [delta, residual, Vector($"{stem}.weight", Configuration.HiddenSize), Vector($"{stem}.bias", Configuration.HiddenSize)],
            [Graph.Fresh("norm"), "", "", Graph.Fresh("residual")],
            Attribute("epsilon", Configuration.NormEpsilon));
        return (outputs[0], outputs[3]);
    }

    /// <summary>Element-wise sum.</summary>
    public string Add(string a, string b) => Graph.Node("Add", [a, b]);

    /// <summary>Gated SiLU: silu(first half) * second half of the last axis.</summary>
    public string GatedSilu(string x)
    {
        var halves = Graph.Add(
            "Split", "", [x], [Graph.Fresh("gate"), Graph.Fresh("up")], Attribute("axis", -1), Attribute("num_outputs", 2));
        return Graph.Node("Mul", [Graph.Fused("QuickGelu", [halves[0]], Attribute("alpha", 1f)), halves[1]]);
    }

    /// <summary>Gaussian error linear unit, exact or by the tanh approximation (gelu_new).</summary>
    public string Gelu(string x, bool approximate) =>
        Graph.Node("Gelu", [x], Attribute("approximate", approximate ? "tanh" : "none"));

    /// <summary>Taps the residual stream: row selection only, so it costs nothing while no row is asked for.</summary>
    /// <param name="layer">0 the embedding, i the output of layer i, L after the final norm.</param>
    /// <param name="x">The stream, [1, S, hidden].</param>
    public void Hidden(int layer, string x)
    {
        Graph.Output(GraphNames.Hidden(layer), Type.Float, "1", "hidden_rows", $"{Configuration.HiddenSize}");
        Graph.Branch(() =>
        {
            var rows = Graph.Node("Gather", [x, GraphNames.HiddenRows], Attribute("axis", 1));
            Graph.Add("Identity", "", [OwnChannels(rows, normed: layer == Configuration.Layers)], [GraphNames.Hidden(layer)]);
        });
    }

    /// <summary>Logits of the rows asked for, [R, vocabulary], from the final norm's output.</summary>
    /// <param name="x">Output of the final norm, [1, S, hidden].</param>
    /// <param name="head">Tensor of the output head, the embedding where it is tied.</param>
    /// <param name="bias">Tensor of its bias, where it has one.</param>
    public void Head(string x, string head, string? bias = null)
    {
        Hidden(Configuration.Layers, x);
        var rows = OwnChannels(Graph.Node("Gather", [x, GraphNames.LogitRows], Attribute("axis", 1)), normed: true);
        var shape = Concat(Graph.Node("Shape", [GraphNames.LogitRows]), Graph.Constant(Configuration.HiddenSize));
        var flat = Graph.Node("Reshape", [rows, shape], Attribute("allowzero", 1));
        var (hidden, vocabulary) = (Configuration.HiddenSize, Configuration.VocabularySize);
        var logits = linear.WriteHead(Graph, flat, new(head, hidden, vocabulary, WeightReader.Stack(head)));
        Graph.Add(bias is null ? "Identity" : "Add", "", bias is null ? [logits] : [logits, Vector(bias, vocabulary)], [GraphNames.Logits]);
        Lens = new(this, finalNorm!, head, bias);
        Graph.Output(GraphNames.Logits, Type.Float, "rows", $"{Configuration.VocabularySize}");
    }

    private string RmsNorm(string x, string gains) =>
        Graph.Node(
            "SimplifiedLayerNormalization",
            [x, gains],
            Attribute("axis", -1),
            Attribute("epsilon", Configuration.NormEpsilon),
            Attribute("stash_type", 1));

    private void DeclareInputs()
    {
        Graph.Input(GraphNames.Tokens, Type.Int64, "1", "S");
        Graph.Input(GraphNames.Positions, Type.Int64, "1", "S");
        Graph.Input(GraphNames.LastIndex, Type.Int32, "1");
        Graph.Input(GraphNames.Total, Type.Int32);
        Graph.Input(GraphNames.Bias, Type.Float, "1", "1", "S", "T");
        Graph.Input(GraphNames.LogitRows, Type.Int64, "R");
        Graph.Input(GraphNames.HiddenRows, Type.Int64, "hidden_rows");
        Graph.Input(GraphNames.AttentionRows, Type.Int64, "Q");
        Graph.Input(GraphNames.AttentionPositions, Type.Int64, "1", "Q");
        Graph.Input(GraphNames.AttentionRowBias, Type.Float, "1", "1", "Q", "C");
        if (Configuration.AlibiSlopes.Count > 0)
        {
            Graph.Input(GraphNames.Distance, Type.Float, "1", "1", "S", "T");
            Graph.Input(GraphNames.AttentionRowDistance, Type.Float, "1", "1", "Q", "C");
        }
    }
}
