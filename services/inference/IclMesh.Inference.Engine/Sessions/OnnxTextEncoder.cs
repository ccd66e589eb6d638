using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Families;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>A BERT-style encoder as one ONNX graph and one session.</summary>
public sealed class OnnxTextEncoder : ITextEncoder
{
    private readonly InferenceSession session;
    private readonly ModelConfiguration configuration;
    private readonly bool exposeAttention;

    private OnnxTextEncoder(InferenceSession session, ModelConfiguration configuration, string provider, bool exposeAttention)
    {
        Provider = provider;
        this.session = session;
        this.configuration = configuration;
        this.exposeAttention = exposeAttention;
    }

    /// <inheritdoc/>
    public string Provider { get; }

    /// <summary>Builds the graph of an encoder and loads it over the weight cache.</summary>
    /// <param name="source">An opened encoder.</param>
    /// <param name="settings">Cache folder and provider.</param>
    /// <param name="exposeAttention">Also makes <see cref="Attention"/> work, at the price of keeping every map.</param>
    /// <param name="cancellationToken">Stops the writing of the weight cache.</param>
    public static OnnxTextEncoder Load(
        ModelSource source, OnnxSettings settings, bool exposeAttention, CancellationToken cancellationToken)
    {
        TensorCheck.Run(source);
        var graph = new BertFamily(source, exposeAttention).Write().Graph;
        var (layout, path) = SessionFactory.Prepare([graph], source, settings, cancellationToken);
        return new(SessionFactory.Open(graph, layout, path, settings.Provider, prepack: true), source.Configuration, settings.Provider, exposeAttention);
    }

    /// <inheritdoc/>
    public float[] Encode(ReadOnlyMemory<int> tokens, int length, CancellationToken cancellationToken) =>
        Run(tokens, length, [GraphNames.LastHidden], cancellationToken)[0];

    /// <inheritdoc/>
    public float[][] Attention(ReadOnlyMemory<int> tokens, CancellationToken cancellationToken) =>
        exposeAttention
            ? Run(tokens, tokens.Length, [.. Enumerable.Range(0, configuration.Layers).Select(GraphNames.Attention)], cancellationToken)
            : throw new InvalidOperationException("the encoder was loaded without attention");

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private float[][] Run(ReadOnlyMemory<int> tokens, int length, string[] outputs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ids = Array.ConvertAll(tokens.ToArray(), token => (long)token);
        long[] positions = [.. Enumerable.Range(0, length)];
        using var tokenValue = OrtValue.CreateTensorValueFromMemory(ids, [ids.Length / length, length]);
        using var positionValue = OrtValue.CreateTensorValueFromMemory(positions, [length]);
        using var options = new RunOptions();
        using var registration = cancellationToken.Register(() => options.Terminate = true);
        try
        {
            using var results = session.Run(options, [GraphNames.Tokens, GraphNames.Positions], [tokenValue, positionValue], outputs);
            return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
