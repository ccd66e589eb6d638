using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace IclMesh.Inference.Engine.Exported;

/// <summary>A decoder graph that somebody else exported, run as it is: logits, keys and values, no attention and no hidden states.</summary>
/// <remarks>
/// The interface is that of Hugging Face Optimum with a cache (<see cref="ExportedInterface"/>). Such graphs copy keys and values in every run, return
/// the logits of every token, and know no forests: a forest runs path by path, so shared stems are computed once for each of their leaves.
/// </remarks>
public sealed class ExportedModel : ITransformerModel
{
    private readonly InferenceSession session;
    private readonly ExportedInterface names;

    private ExportedModel(InferenceSession session, ExportedInterface names, ModelSource source, string provider)
    {
        this.session = session;
        this.names = names;
        Name = source.Name;
        Configuration = source.Configuration;
        Provider = provider;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ModelConfiguration Configuration { get; }

    /// <summary><c>exported</c>: the graph computes in whatever it was exported in.</summary>
    public string Precision => "exported";

    /// <inheritdoc/>
    public string Provider { get; }

    /// <inheritdoc/>
    public bool HasTaps => false;

    /// <summary>Loads the graph of a model.</summary>
    /// <param name="source">An opened model with a graph.</param>
    /// <param name="settings">Provider; the precision does not apply.</param>
    /// <exception cref="MeshException">ONNX Runtime cannot load it, or its inputs and outputs are not those of a decoder with a cache.</exception>
    public static ExportedModel Load(ModelSource source, OnnxSettings settings)
    {
        var path = source.Graph ?? throw new ArgumentException("the model has no graph of its own", nameof(source));

        // Read now: the file may be gone when the version is first asked for.
        _ = source.Identity;
        var session = SessionFactory.Open(path, settings.Provider);
        try
        {
            return new(session, ExportedInterface.Read(session, path, source.Configuration), source, settings.Provider);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public KeyValueBuffer CreateBuffer(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return new ArrayKeyValueBuffer(Configuration, capacity);
    }

    /// <inheritdoc/>
    public ForwardResult Run(ForwardPass pass, KeyValueBuffer buffer, CancellationToken cancellationToken)
    {
        PassRules.Check(pass, buffer, Configuration);
        if (pass.AttentionRows.Count > 0 || pass.HiddenRows.Count > 0)
        {
            throw new NotSupportedException("an exported graph returns neither attention nor hidden states");
        }

        var logits = new Dictionary<int, float[]>();
        foreach (var path in Paths(pass))
        {
            RunPath(pass, path, buffer, logits, cancellationToken);
        }

        return new ExportedResult([.. pass.LogitRows.Select(row => logits[row])]);
    }

    /// <inheritdoc/>
    public float[] ReadLogits(float[] stream) => throw new NotSupportedException("an exported graph has no logit lens");

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    /// <summary>The rows from the past to each leaf; of an ordinary sequence all rows at once.</summary>
    private static IEnumerable<int[]> Paths(ForwardPass pass)
    {
        var rows = Enumerable.Range(0, pass.Tokens.Length);
        if (pass.Parents is not { } parents)
        {
            return [[.. rows]];
        }

        var inner = parents.ToHashSet();
        return rows.Where(row => !inner.Contains(row)).Select(leaf =>
        {
            var path = new List<int>();
            for (var row = leaf; row >= 0; row = parents[row])
            {
                path.Add(row);
            }

            path.Reverse();
            return path.ToArray();
        });
    }

    private void RunPath(ForwardPass pass, int[] path, KeyValueBuffer buffer, Dictionary<int, float[]> logits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var total = pass.Past + path.Length;
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            inputs[ExportedInterface.Tokens] = Integers([.. path.Select(row => (long)pass.Tokens.Span[row])]);
            inputs[ExportedInterface.Mask] = Integers([.. Enumerable.Repeat(1L, total)]);
            if (names.HasPositions)
            {
                inputs[ExportedInterface.Positions] = Integers([.. Enumerable.Range(pass.Past, path.Length).Select(position => (long)position)]);
            }

            for (var layer = 0; layer < Configuration.Layers; layer++)
            {
                inputs[ExportedInterface.PastKey(layer)] = Past(buffer.Keys, layer, pass.Past);
                inputs[ExportedInterface.PastValue(layer)] = Past(buffer.Values, layer, pass.Past);
            }

            using var options = new RunOptions();
            using var registration = cancellationToken.Register(() => options.Terminate = true);
            using var outputs = session.Run(options, inputs, names.Outputs);
            var all = outputs[0].GetTensorDataAsSpan<float>();
            for (var i = 0; i < path.Length; i++)
            {
                if (pass.LogitRows.Contains(path[i]) && !logits.ContainsKey(path[i]))
                {
                    var row = all.Slice(i * Configuration.VocabularySize, Configuration.VocabularySize);
                    logits[path[i]] = Finite.Require(row, Name, "logits").ToArray();
                }
            }

            for (var layer = 0; layer < Configuration.Layers; layer++)
            {
                Keep(outputs[1 + (2 * layer)], buffer.Keys, layer, pass.Past, path);
                Keep(outputs[2 + (2 * layer)], buffer.Values, layer, pass.Past, path);
            }
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            foreach (var value in inputs.Values)
            {
                value.Dispose();
            }
        }
    }

    private static OrtValue Integers(long[] values) => OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);

    /// <summary>Keys or values of the past, [1, KV heads, past, head size], copied together from the buffer's longer rows.</summary>
    private OrtValue Past(HeadSpan head, int layer, int past)
    {
        var (heads, size) = (Configuration.KeyValueHeads, Configuration.HeadSize);
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, heads, past, size]);
        if (past > 0)
        {
            var target = value.GetTensorMutableDataAsSpan<float>();
            for (var h = 0; h < heads; h++)
            {
                head(layer, h)[..(past * size)].CopyTo(target[(h * past * size)..]);
            }
        }

        return value;
    }

    /// <summary>Copies the keys or values of the new tokens to the rows that the pass gives them.</summary>
    private void Keep(OrtValue present, HeadSpan head, int layer, int past, int[] path)
    {
        var (total, size) = (past + path.Length, Configuration.HeadSize);
        var all = present.GetTensorDataAsSpan<float>();
        for (var h = 0; h < Configuration.KeyValueHeads; h++)
        {
            var own = all.Slice(h * total * size, total * size);
            var target = head(layer, h);
            for (var i = 0; i < path.Length; i++)
            {
                own.Slice((past + i) * size, size).CopyTo(target[((past + path[i]) * size)..]);
            }
        }
    }

    private delegate Span<float> HeadSpan(int layer, int head);
}
