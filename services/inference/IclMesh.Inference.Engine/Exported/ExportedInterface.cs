using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Text.Settings;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Exported;

/// <summary>Inputs and outputs of an exported decoder, named as Hugging Face Optimum names them.</summary>
/// <remarks>
/// In: input_ids [1, S], attention_mask [1, past + S], optionally position_ids [1, S], past_key_values.i.key and .value [1, KV heads, past, head size].
/// Out: logits [1, S, vocabulary], present.i.key and .value [1, KV heads, past + S, head size]. Integers of 64 bit, numbers of 32.
/// </remarks>
internal sealed class ExportedInterface
{
    /// <summary>The new tokens.</summary>
    public const string Tokens = "input_ids";

    /// <summary>1 for each token that is there.</summary>
    public const string Mask = "attention_mask";

    /// <summary>Positions of the new tokens.</summary>
    public const string Positions = "position_ids";

    private const string Logits = "logits";

    private ExportedInterface(bool hasPositions, IReadOnlyList<string> outputs)
    {
        HasPositions = hasPositions;
        Outputs = outputs;
    }

    /// <summary>The graph wants positions; without that input it counts for itself.</summary>
    public bool HasPositions { get; }

    /// <summary>Logits, then key and value of each layer.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Name of a layer's keys of the past.</summary>
    public static string PastKey(int layer) => $"past_key_values.{layer}.key";

    /// <summary>Name of a layer's values of the past.</summary>
    public static string PastValue(int layer) => $"past_key_values.{layer}.value";

    /// <summary>Checks a graph against the model's configuration.</summary>
    /// <exception cref="MeshException">An input or output is missing, unknown, or of another type or size.</exception>
    public static ExportedInterface Read(InferenceSession session, string path, ModelConfiguration configuration)
    {
        var layers = Enumerable.Range(0, configuration.Layers).ToList();
        long[] cache = [1, configuration.KeyValueHeads, -1, configuration.HeadSize];
        var inputs = new Dictionary<string, (Type Type, long[] Shape)> { [Tokens] = (typeof(long), [1, -1]), [Mask] = (typeof(long), [1, -1]) };
        var outputs = new Dictionary<string, (Type Type, long[] Shape)> { [Logits] = (typeof(float), [1, -1, configuration.VocabularySize]) };
        foreach (var layer in layers)
        {
            inputs[PastKey(layer)] = (typeof(float), cache);
            inputs[PastValue(layer)] = (typeof(float), cache);
            outputs[PresentKey(layer)] = (typeof(float), cache);
            outputs[PresentValue(layer)] = (typeof(float), cache);
        }

        var hasPositions = session.InputMetadata.ContainsKey(Positions);
        if (hasPositions)
        {
            inputs[Positions] = (typeof(long), [1, -1]);
        }

        if (session.InputMetadata.Keys.FirstOrDefault(name => !inputs.ContainsKey(name)) is { } unknown)
        {
            throw FileFaults.Unsupported(path, $"asks for the input '{unknown}'; a decoder exported with its cache and not merged with another asks for {Tokens}, {Mask}, {Positions} and past_key_values");
        }

        Check(path, "input", session.InputMetadata, inputs);
        Check(path, "output", session.OutputMetadata, outputs);
        return new(hasPositions, [Logits, .. layers.SelectMany(layer => new[] { PresentKey(layer), PresentValue(layer) })]);
    }

    private static string PresentKey(int layer) => $"present.{layer}.key";

    private static string PresentValue(int layer) => $"present.{layer}.value";

    private static void Check(
        string path, string kind, IReadOnlyDictionary<string, NodeMetadata> actual, Dictionary<string, (Type Type, long[] Shape)> expected)
    {
        foreach (var (name, (type, shape)) in expected)
        {
            if (!actual.TryGetValue(name, out var node))
            {
                throw FileFaults.Unsupported(path, $"has no {kind} '{name}'");
            }

            // A dimension that the graph leaves open is -1.
            if (node.ElementType != type || node.Dimensions.Length != shape.Length
                || node.Dimensions.Zip(shape).Any(pair => pair.First > 0 && pair.Second > 0 && pair.First != pair.Second))
            {
                throw FileFaults.Unsupported(
                    path,
                    $"has {kind} '{name}' of {node.ElementType?.Name}[{string.Join(", ", node.Dimensions)}], "
                    + $"its configuration says {type.Name}[{string.Join(", ", shape)}]");
            }
        }
    }
}
