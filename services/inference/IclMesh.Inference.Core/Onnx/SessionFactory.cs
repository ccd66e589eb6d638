using IclMesh.Inference.Core.Sources;
using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Core.Onnx;

/// <summary>Makes ONNX Runtime sessions over a graph and the weight cache.</summary>
internal static class SessionFactory
{
    /// <summary>Writes the weights where they are missing, then loads the graph over them.</summary>
    /// <param name="graph">The finished graph.</param>
    /// <param name="source">The model's tensors.</param>
    /// <param name="settings">Cache folder and provider.</param>
    /// <param name="cancellationToken">Stops the writing of weights.</param>
    public static InferenceSession Create(
        GraphWriter graph, ModelSource source, OnnxSettings settings, CancellationToken cancellationToken)
    {
        var layout = new WeightLayout(graph.Weights, WeightFile.Digest(source.Tensors));
        var path = WeightFile.Ensure(settings.CacheFolder, layout, source.Tensors, cancellationToken);
        using var options = new SessionOptions
        {
            // Scale comes from workers, one thread each: two runs side by side beat one run over two threads.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(path)!);
        ExecutionProviders.Append(options, settings.Provider);
        return new InferenceSession(graph.Build(layout), options);
    }
}
