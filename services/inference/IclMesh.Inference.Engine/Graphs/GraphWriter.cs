using Google.Protobuf;
using IclMesh.Inference.Engine.Graphs.Format;

namespace IclMesh.Inference.Engine.Graphs;

/// <summary>Writes an ONNX graph node by node; weights are planned here and live in an external file.</summary>
/// <remarks>
/// Branches (attention rows, hidden taps) are appended after the body in reverse order. ONNX Runtime visits the last leaf first, so
/// this order makes it run each branch beside its own layer; any other order keeps every layer's activations alive until the end.
/// </remarks>
internal sealed class GraphWriter
{
    private const string Contrib = "com.microsoft";

    private readonly GraphProto graph = new() { Name = "iclmesh" };
    private readonly List<NodeProto> body = [];
    private readonly List<List<NodeProto>> branches = [];
    private readonly Dictionary<string, string> constants = [];
    private readonly HashSet<string> planned = new(StringComparer.Ordinal);
    private List<NodeProto> target;
    private int serial;

    public GraphWriter() => target = body;

    /// <summary>The weights that the graph reads, in file order.</summary>
    public List<WeightSpec> Weights { get; } = [];

    /// <summary>Names of the graph's outputs, in order.</summary>
    public IEnumerable<string> Outputs => graph.Output.Select(output => output.Name);

    /// <summary>Declares an input; dimensions are numbers or names.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params string[] dimensions)
    {
        graph.Input.Add(Describe(name, type, dimensions));
        return name;
    }

    /// <summary>Declares an output; dimensions are numbers or names.</summary>
    public void Output(string name, TensorProto.Types.DataType type, params string[] dimensions) =>
        graph.Output.Add(Describe(name, type, dimensions));

    /// <summary>Plans a weight and returns its name; a weight that several nodes name is planned once.</summary>
    public string Weight(WeightSpec weight)
    {
        if (planned.Add(weight.Name))
        {
            Weights.Add(weight);
        }

        return weight.Name;
    }

    /// <summary>A small constant kept inline; equal constants are written once.</summary>
    public string Constant(params long[] values)
    {
        var key = $"i64[{string.Join(',', values)}]";
        if (!constants.TryGetValue(key, out var name))
        {
            constants[key] = name = $"constant.{constants.Count}";
            var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
            tensor.Dims.Add(values.Length);
            tensor.RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(values));
            graph.Initializer.Add(tensor);
        }

        return name;
    }

    /// <summary>Adds a node of the ONNX operator set with one output.</summary>
    public string Node(string type, string[] inputs, params AttributeProto[] attributes) => Add(type, "", inputs, [Fresh(type)], attributes)[0];

    /// <summary>Adds a node of ONNX Runtime's own operator set with one output.</summary>
    public string Fused(string type, string[] inputs, params AttributeProto[] attributes) =>
        Add(type, Contrib, inputs, [Fresh(type)], attributes)[0];

    /// <summary>Adds a node with named outputs; an empty name is an output that nobody reads.</summary>
    public string[] Add(string type, string domain, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Domain = domain, Name = $"{type}.{serial++}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        target.Add(node);
        return outputs;
    }

    /// <summary>Adds a node of ONNX Runtime's own operator set with named outputs.</summary>
    public string[] AddFused(string type, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
        Add(type, Contrib, inputs, outputs, attributes);

    /// <summary>Nodes that <paramref name="write"/> adds become a branch at the end of the graph.</summary>
    public void Branch(Action write)
    {
        var outer = target;
        target = [];
        write();
        branches.Add(target);
        target = outer;
    }

    /// <summary>A name that nothing else has.</summary>
    public string Fresh(string stem) => $"{stem}.{serial}.out";

    /// <summary>The finished model, its weights pointing into <paramref name="layout"/>.</summary>
    public byte[] Build(WeightLayout layout)
    {
        graph.Node.Clear();
        graph.Node.AddRange(body);
        foreach (var branch in Enumerable.Reverse(branches))
        {
            graph.Node.AddRange(branch);
        }

        var own = Weights.Select(weight => weight.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in layout.Entries.Where(entry => own.Contains(entry.Spec.Name)))
        {
            graph.Initializer.Add(External(entry, layout.FileName));
        }

        var model = new ModelProto { IrVersion = 10, ProducerName = "iclmesh", Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 23 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Contrib, Version = 1 });
        return model.ToByteArray();
    }

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Attribute(string name, long[] values) =>
        new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    private static TensorProto External(WeightEntry entry, string file)
    {
        var tensor = new TensorProto
        {
            Name = entry.Spec.Name,
            DataType = (int)entry.Spec.ElementType,
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        tensor.Dims.AddRange(entry.Spec.Shape);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = file });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{entry.Offset}" });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{entry.Spec.ByteLength}" });
        return tensor;
    }

    private static ValueInfoProto Describe(string name, TensorProto.Types.DataType type, string[] dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (var dimension in dimensions)
        {
            shape.Dim.Add(long.TryParse(dimension, out var length)
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = dimension });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
