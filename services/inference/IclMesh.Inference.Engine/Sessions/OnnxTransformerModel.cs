using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Engine.Families;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.Text.Settings;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>A decoder as one ONNX graph and one session: prefill, packed continuations, scoring and decoding all run on it.</summary>
public sealed class OnnxTransformerModel : ITransformerModel
{
    private readonly InferenceSession session;
    private readonly string[] outputs;
    private readonly LogitLens lens;

    private OnnxTransformerModel(
        InferenceSession session, string[] outputs, LogitLens lens, ModelSource source, OnnxSettings settings)
    {
        this.lens = lens;
        this.session = session;
        this.outputs = outputs;
        Name = source.Name;
        Configuration = source.Configuration;
        Precision = settings.Precision;
        Provider = settings.Provider;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ModelConfiguration Configuration { get; }

    /// <inheritdoc/>
    public string Precision { get; }

    /// <inheritdoc/>
    public string Provider { get; }

    /// <summary>Builds the graph of a model and loads it over the weight cache.</summary>
    /// <param name="source">An opened decoder.</param>
    /// <param name="settings">Cache folder, provider and precision.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    /// <exception cref="MeshException">The model is no decoder, its tensors disagree with its configuration, or the cache cannot be written.</exception>
    public static OnnxTransformerModel Load(ModelSource source, OnnxSettings settings, CancellationToken cancellationToken) =>
        Load(source, settings, LinearWriters.Find(settings.Precision), cancellationToken);

    /// <summary>Loads a model whose linear layers are written by a writer that has no public name.</summary>
    internal static OnnxTransformerModel Load(
        ModelSource source, OnnxSettings settings, ILinearWriter linear, CancellationToken cancellationToken)
    {
        if (source.Graph is not null)
        {
            throw FileFaults.Unsupported(source.Graph, "holds weights inside a graph of others: it runs as it is, and no graph can be built from it");
        }

        TensorCheck.Run(source);
        var decoder = new DecoderGraph(source, linear);
        DecoderFamilies.Write(decoder);
        var lens = decoder.Lens!;
        var (layout, path) = SessionFactory.Prepare([decoder.Graph, lens.Graph], source, settings, cancellationToken);
        var session = SessionFactory.Open(decoder.Graph, layout, path, settings.Provider, prepack: true);
        return new(session, [.. decoder.Graph.Outputs], new(lens, path, layout, source.Configuration.HiddenSize), source, settings);
    }

    /// <inheritdoc/>
    public bool HasTaps => true;

    /// <inheritdoc/>
    public KeyValueBuffer CreateBuffer(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return new OnnxKeyValueBuffer(session, Configuration, capacity);
    }

    /// <inheritdoc/>
    public ForwardResult Run(ForwardPass pass, KeyValueBuffer buffer, CancellationToken cancellationToken)
    {
        PassRules.Check(pass, buffer, Configuration);
        cancellationToken.ThrowIfCancellationRequested();
        var memory = (OnnxKeyValueBuffer)buffer;
        using var inputs = new RunInputs(memory);
        Bind(pass, memory, inputs);

        using var options = new RunOptions();
        using var registration = cancellationToken.Register(() => options.Terminate = true);
        try
        {
            return new OnnxForwardResult(session.RunWithBoundResults(options, memory.Binding), outputs, pass, memory.Capacity, Configuration, Name);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public float[] ReadLogits(float[] stream)
    {
        var logits = lens.Read(stream);
        Finite.Require(logits, Name, "logits of the lens");
        return logits;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lens.Dispose();
        session.Dispose();
    }

    private void Bind(ForwardPass pass, OnnxKeyValueBuffer memory, RunInputs inputs)
    {
        var (length, total, capacity) = (pass.Tokens.Length, pass.Total, memory.Capacity);
        var positions = AttentionMask.Positions(pass);
        var forest = pass.Parents is null ? null : AttentionMask.Forest(pass);
        inputs.Add(GraphNames.Tokens, Array.ConvertAll(pass.Tokens.ToArray(), token => (long)token), [1, length]);
        inputs.Add(GraphNames.Positions, positions, [1, length]);
        inputs.Add(GraphNames.LastIndex, new[] { total - 1 }, [1]);
        inputs.Add(GraphNames.Total, new[] { total }, []);
        inputs.Add(GraphNames.Bias, forest ?? memory.Zeros(length * total), [1, 1, length, total]);
        inputs.Add(GraphNames.LogitRows, Indices(pass.LogitRows), [pass.LogitRows.Count]);
        inputs.Add(GraphNames.HiddenRows, Indices(pass.HiddenRows), [pass.HiddenRows.Count]);
        inputs.Add(GraphNames.AttentionRows, Indices(pass.AttentionRows), [pass.AttentionRows.Count]);
        long[] rowPositions = [.. pass.AttentionRows.Select(row => positions[row])];
        inputs.Add(GraphNames.AttentionPositions, rowPositions, [1, rowPositions.Length]);
        inputs.Add(GraphNames.AttentionRowBias, AttentionMask.Rows(pass, forest, capacity), [1, 1, rowPositions.Length, capacity]);
        if (Configuration.AlibiSlopes.Count > 0)
        {
            int[] all = [.. Enumerable.Range(0, length)];
            inputs.Add(GraphNames.Distance, AttentionMask.Distances(pass, positions, all, total), [1, 1, length, total]);
            inputs.Add(
                GraphNames.AttentionRowDistance,
                AttentionMask.Distances(pass, positions, pass.AttentionRows, capacity),
                [1, 1, rowPositions.Length, capacity]);
        }

        memory.Binding.ClearBoundOutputs();
        foreach (var output in outputs)
        {
            inputs.Output(output);
        }
    }

    private static long[] Indices(IReadOnlyList<int> rows) => [.. rows.Select(row => (long)row)];
}
