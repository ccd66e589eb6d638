using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Families;

/// <content>Attention over the key-value buffer, and the branch that recomputes the probabilities of chosen rows.</content>
internal sealed partial class DecoderGraph
{
    private const string Cosines = "rotary.cos";
    private const string Sines = "rotary.sin";
    private bool rotaryWritten;
    private string? branchQueryShape;
    private string? branchRowShape;
    private string? branchScoreShape;

    /// <summary>True where the fused operator can rotate by itself: it wants the rotated size in multiples of 16.</summary>
    public bool RotatesInside =>
        Configuration.Rotary is { Interleaved: false } rotary && rotary.Dimensions % 16 == 0;

    private int QuerySize => Configuration.Heads * Configuration.HeadSize;

    private int KeySize => Configuration.KeyValueHeads * Configuration.HeadSize;

    /// <summary>Attention over packed projections; the operator itself rotates, or nothing does.</summary>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="packed">[1, S, query + key + value], heads contiguous.</param>
    public string Attention(int layer, string packed)
    {
        var rotary = Configuration.Rotary is not null;
        if (rotary && !RotatesInside)
        {
            var parts = Split(packed);
            return Attention(layer, Rotate(parts[0], Configuration.Heads), Rotate(parts[1], Configuration.KeyValueHeads), parts[2]);
        }

        var output = Attend(layer, [packed, "", ""], rotary);
        AttentionRows(layer, packed, rotary);
        return output;
    }

    /// <summary>Attention over queries and keys that are rotated already.</summary>
    public string Attention(int layer, string query, string key, string value)
    {
        var output = Attend(layer, [query, key, value], rotate: false);
        AttentionRows(layer, query, rotate: false);
        return output;
    }

    /// <summary>Packed projections, split into queries, keys and values.</summary>
    public string[] Split(string packed) => Graph.Add(
        "Split",
        "",
        [packed, Graph.Constant(QuerySize, KeySize, KeySize)],
        [Graph.Fresh("q"), Graph.Fresh("k"), Graph.Fresh("v")],
        Attribute("axis", -1));

    /// <summary>Rotates the leading dimensions of each head by the token's position.</summary>
    public string Rotate(string x, int heads) => Rotate(x, heads, GraphNames.Positions);

    private string Rotate(string x, int heads, string positions)
    {
        var rotary = Configuration.Rotary!;
        WriteRotaryTables();
        var partial = rotary.Dimensions < Configuration.HeadSize ? rotary.Dimensions : 0;
        return Graph.Fused(
            "RotaryEmbedding",
            [x, positions, Cosines, Sines],
            Attribute("interleaved", rotary.Interleaved ? 1 : 0),
            Attribute("num_heads", heads),
            Attribute("rotary_embedding_dim", partial));
    }

    private string Attend(int layer, string[] queryKeyValue, bool rotate)
    {
        if (rotate)
        {
            WriteRotaryTables();
        }

        Cache(GraphNames.PastKey(layer), GraphNames.PresentKey(layer));
        Cache(GraphNames.PastValue(layer), GraphNames.PresentValue(layer));
        string[] tables = rotate ? [Cosines, Sines, GraphNames.Positions] : ["", "", ""];
        string[] inputs =
        [
            .. queryKeyValue, GraphNames.PastKey(layer), GraphNames.PastValue(layer), GraphNames.LastIndex, GraphNames.Total, .. tables,
            Biased(layer, GraphNames.Bias, GraphNames.Distance),
        ];
        return Graph.AddFused(
            "GroupQueryAttention",
            inputs,
            [Graph.Fresh("attention"), GraphNames.PresentKey(layer), GraphNames.PresentValue(layer)],
            Attribute("num_heads", Configuration.Heads),
            Attribute("kv_num_heads", Configuration.KeyValueHeads),
            Attribute("scale", Scale),
            Attribute("do_rotary", rotate ? 1 : 0),
            Attribute("rotary_interleaved", 0))[0];
    }

    private float Scale => (float)(1 / Math.Sqrt(Configuration.HeadSize));

    private void Cache(string past, string present)
    {
        var dimensions = new[] { "1", $"{Configuration.KeyValueHeads}", "C", $"{Configuration.HeadSize}" };
        Graph.Input(past, Type.Float, dimensions);
        Graph.Output(present, Type.Float, dimensions);
    }

    /// <summary>Recomputes softmax(q kᵀ) for the rows asked for, from the keys in the buffer; with no rows it costs nothing.</summary>
    private void AttentionRows(int layer, string query, bool rotate)
    {
        var heads = Configuration.Heads;
        Graph.Output(GraphNames.Attention(layer), Type.Float, "1", $"{heads}", "Q", "C");
        WriteBranchShapes();
        Graph.Branch(() =>
        {
            var q = Graph.Node("Gather", [query, GraphNames.AttentionRows], Attribute("axis", 1));
            q = Graph.Node("Slice", [q, Graph.Constant(0), Graph.Constant(QuerySize), Graph.Constant(2)]);
            q = rotate ? Rotate(q, heads, GraphNames.AttentionPositions) : q;
            q = Graph.Node("Reshape", [q, branchQueryShape!], Attribute("allowzero", 1));
            q = Graph.Node("Transpose", [q], Attribute("perm", [0, 2, 1, 3]));
            q = Graph.Node("Reshape", [q, branchRowShape!], Attribute("allowzero", 1));
            var scores = Graph.Fused(
                "FusedMatMul", [q, GraphNames.PresentKey(layer)], Attribute("transB", 1), Attribute("alpha", Scale));
            scores = Graph.Node("Reshape", [scores, branchScoreShape!], Attribute("allowzero", 1));
            scores = Graph.Node("Add", [scores, Biased(layer, GraphNames.AttentionRowBias, GraphNames.AttentionRowDistance)]);
            Graph.Add("Softmax", "", [scores], [GraphNames.Attention(layer)], Attribute("axis", -1));
        });
    }

    /// <summary>Shapes of the branch. Reshape with -1 fails on a dimension of 0, so every length is spelled out.</summary>
    private void WriteBranchShapes()
    {
        if (branchQueryShape is not null)
        {
            return;
        }

        var group = Configuration.Heads / Configuration.KeyValueHeads;
        var rows = Graph.Node("Shape", [GraphNames.AttentionRows]);
        var capacity = Graph.Node("Shape", [GraphNames.AttentionRowBias], Attribute("start", 3));
        branchQueryShape = Concat(Graph.Constant(1), rows, Graph.Constant(Configuration.Heads), Graph.Constant(Configuration.HeadSize));
        branchRowShape = Concat(
            Graph.Constant(1),
            Graph.Constant(Configuration.KeyValueHeads),
            Graph.Node("Mul", [rows, Graph.Constant(group)]),
            Graph.Constant(Configuration.HeadSize));
        branchScoreShape = Concat(Graph.Constant(1), Graph.Constant(Configuration.Heads), rows, capacity);
    }

    private string Concat(params string[] parts) => Graph.Node("Concat", parts, Attribute("axis", 0));

    /// <summary>The mask, plus slope * distance where positions are given by slopes (ALiBi).</summary>
    private string Biased(int layer, string mask, string distance)
    {
        if (Configuration.AlibiSlopes.Count == 0)
        {
            return mask;
        }

        var heads = Configuration.Heads;
        var name = $"alibi.{layer}.{mask}";
        var slopes = Graph.Weight(WeightSpec.Float(name, [1, heads, 1, 1], (_, destination) =>
        {
            for (var head = 0; head < heads; head++)
            {
                destination[head] = Configuration.AlibiSlopes[(layer * heads) + head];
            }
        }));
        return Graph.Node("Add", [Graph.Node("Mul", [slopes, distance]), mask]);
    }

    private void WriteRotaryTables()
    {
        if (rotaryWritten)
        {
            return;
        }

        rotaryWritten = true;
        var rotary = Configuration.Rotary!;

        // The fused operator wants a row for every token of a run, whatever its position.
        long[] shape = [Configuration.ContextLength + ForwardPass.ForestSlack, rotary.Dimensions / 2];
        Graph.Weight(WeightSpec.Float(Cosines, shape, (_, table) => RotaryTable.Fill(rotary, table, Math.Cos)));
        Graph.Weight(WeightSpec.Float(Sines, shape, (_, table) => RotaryTable.Fill(rotary, table, Math.Sin)));
    }
}
