using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Weights;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Makes ONNX Runtime sessions over a graph and the weight cache.</summary>
internal static class SessionFactory
{
    /// <summary>Lays out the weights of some graphs over one file and writes it where it is missing.</summary>
    /// <param name="graphs">Graphs that share the file; a weight that several of them name is stored once.</param>
    /// <param name="source">The model's tensors.</param>
    /// <param name="settings">Cache folder.</param>
    /// <param name="cancellationToken">Stops the writing of weights.</param>
    public static (WeightLayout Layout, string Path) Prepare(
        IEnumerable<GraphWriter> graphs, ModelSource source, OnnxSettings settings, CancellationToken cancellationToken)
    {
        WeightSpec[] weights = [.. graphs.SelectMany(graph => graph.Weights).DistinctBy(weight => weight.Name)];
        var layout = new WeightLayout(weights, source.Identity.Weights);
        return (layout, WeightFile.Ensure(settings.CacheFolder, settings.CacheBytes, layout, new CheckedTensors(source.Tensors, source.Location), cancellationToken));
    }

    /// <summary>Loads a graph over a weight file.</summary>
    /// <param name="graph">The finished graph.</param>
    /// <param name="layout">Where weights lie.</param>
    /// <param name="path">The weight file.</param>
    /// <param name="provider"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="prepack">Copies matrices into the layout that the CPU multiplies fastest; off keeps them mapped.</param>
    public static InferenceSession Open(GraphWriter graph, WeightLayout layout, string path, string provider, bool prepack)
    {
        using var options = Options(provider);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(path)!);
        options.AddSessionConfigEntry("session.disable_prepacking", prepack ? "0" : "1");
        return new InferenceSession(graph.Build(layout), options);
    }

    /// <summary>Loads a graph from its file, as it is.</summary>
    /// <param name="path">An .onnx file; external weights lie beside it.</param>
    /// <param name="provider"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="MeshException">The file is no model that ONNX Runtime can load.</exception>
    public static InferenceSession Open(string path, string provider)
    {
        using var options = Options(provider);
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException cause)
        {
            throw FileFaults.Corrupt(path, $"ONNX Runtime cannot load it: {cause.Message}", cause);
        }
    }

    private static SessionOptions Options(string provider)
    {
        var options = new SessionOptions
        {
            // Scale comes from workers, one thread each: two runs side by side beat one run over two threads.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        ExecutionProviders.Append(options, provider);
        return options;
    }
}
