using System.Text.Encodings.Web;
using System.Text.Json;
using IclMesh.Cli.Demonstrations;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary>Writes one JSON line for each predicted row.</summary>
internal static class PredictionRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(
        string path, IReadOnlyList<LabelledText> rows, IReadOnlyList<PredictResponse> answers, LabelList labels, CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync(path, rows.Zip(answers, (row, answer) => JsonSerializer.Serialize(ToRow(row, answer, labels), Json)), cancellationToken);

    private static object ToRow(LabelledText row, PredictResponse answer, LabelList labels) => new
    {
        row.Line,
        row.Text,
        Gold = labels.Words[row.Label],
        Predicted = answer.Combined?.Label ?? answer.Label,
        Correct = labels.Words[row.Label] == (answer.Combined?.Label ?? answer.Label),
        AnsweredBy = answer.Combined?.AnsweredBy.ToString(),
        Probabilities = answer.Probabilities.ToDictionary(p => p.Label, p => p.Probability),
        LogProbabilities = answer.Probabilities.ToDictionary(p => p.Label, p => p.LogProbability),
        Demonstrations = answer.Demonstrations.Select(d => new { d.Id, d.Label, d.Similarity, d.Weight, d.Contribution }),
        Kernel = answer.KernelViews.ToDictionary(view => view.Name, view => view.Agrees),
        Flags = answer.Flags.Select(flag => flag.ToString()),
    };
}
