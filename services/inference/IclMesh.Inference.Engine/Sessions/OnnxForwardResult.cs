using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Views of the outputs of one run, without copying.</summary>
internal sealed class OnnxForwardResult : ForwardResult
{
    private readonly IDisposableReadOnlyCollection<OrtValue> values;
    private readonly OrtValue logits;
    private readonly OrtValue[] hidden;
    private readonly OrtValue[] attention;
    private readonly ModelConfiguration configuration;
    private readonly string model;
    private readonly ForwardPass pass;
    private readonly int capacity;

    public OnnxForwardResult(
        IDisposableReadOnlyCollection<OrtValue> values, string[] names, ForwardPass pass, int capacity, ModelConfiguration configuration, string model)
    {
        this.model = model;
        this.values = values;
        this.pass = pass;
        this.capacity = capacity;
        this.configuration = configuration;
        var byName = names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => values[pair.index]);
        logits = byName[GraphNames.Logits];
        hidden = [.. Enumerable.Range(0, configuration.Layers + 1).Select(layer => byName[GraphNames.Hidden(layer)])];
        attention = [.. Enumerable.Range(0, configuration.Layers).Select(layer => byName[GraphNames.Attention(layer)])];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Logits(int index) =>
        Finite.Require(logits.GetTensorDataAsSpan<float>().Slice(index * configuration.VocabularySize, configuration.VocabularySize), model, "logits");

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Hidden(int layer, int index) =>
        Finite.Require(
            hidden[layer].GetTensorDataAsSpan<float>().Slice(index * configuration.HiddenSize, configuration.HiddenSize), model, "hidden states", layer);

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Attention(int layer, int head, int index) =>
        Finite.Require(
            attention[layer].GetTensorDataAsSpan<float>().Slice(((head * pass.AttentionRows.Count) + index) * capacity, pass.Total), model, "attention weights", layer);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            values.Dispose();
        }
    }
}
