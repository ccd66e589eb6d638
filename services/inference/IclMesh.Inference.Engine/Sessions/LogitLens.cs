using IclMesh.Inference.Engine.Families;
using IclMesh.Inference.Engine.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Runs a <see cref="LensGraph"/>; loaded on first use, so that those who never look through it do not pay for it.</summary>
internal sealed class LogitLens : IDisposable
{
    private readonly Lazy<InferenceSession> session;
    private readonly int hidden;

    /// <param name="graph">The graph.</param>
    /// <param name="path">Weight file that holds its weights.</param>
    /// <param name="layout">Where they lie in it.</param>
    /// <param name="hidden">Width of the residual stream.</param>
    public LogitLens(LensGraph graph, string path, WeightLayout layout, int hidden)
    {
        this.hidden = hidden;
        session = new(() => SessionFactory.Open(graph.Graph, layout, path, "cpu", prepack: false));
    }

    /// <summary>Logits of some rows, [rows, vocabulary].</summary>
    public float[] Read(float[] stream)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(stream, [stream.Length / hidden, hidden]);
        using var options = new RunOptions();
        using var results = session.Value.Run(options, [LensGraph.Stream], [input], [GraphNames.Logits]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (session.IsValueCreated)
        {
            session.Value.Dispose();
        }
    }
}
