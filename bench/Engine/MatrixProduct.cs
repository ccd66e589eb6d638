using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Sessions;
using Microsoft.ML.OnnxRuntime;
using DataType = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Bench.Engine;

/// <summary>A square fp32 product, the shape in which the core multiplies fastest: what a prefill is measured against.</summary>
internal static class MatrixProduct
{
    /// <summary>Products of one call.</summary>
    public const int Repetitions = 5;

    /// <summary>Multiplies, <see cref="Repetitions"/> times.</summary>
    /// <param name="size">Rows and columns.</param>
    public static double Run(int size)
    {
        var graph = new GraphWriter();
        graph.Input("a", DataType.Float, $"{size}", $"{size}");
        graph.Input("b", DataType.Float, $"{size}", $"{size}");
        graph.Add("MatMul", "", ["a", "b"], ["c"]);
        graph.Output("c", DataType.Float, $"{size}", $"{size}");
        using var session = SessionFactory.Open(graph, new([], ""), "/tmp/none", "cpu", prepack: true);
        var values = new float[size * size];
        Array.Fill(values, 0.5f);
        using var a = OrtValue.CreateTensorValueFromMemory(values, [size, size]);
        using var options = new RunOptions();
        var answer = 0.0;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            using var results = session.Run(options, ["a", "b"], [a, a], ["c"]);
            answer = results[0].GetTensorDataAsSpan<float>()[0];
        }

        return answer;
    }
}
