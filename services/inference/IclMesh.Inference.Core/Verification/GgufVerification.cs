using System.Text.Json;
using IclMesh.Inference.ModelFiles.Gguf;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>gguf_tensors.json</c> and the tensor lists of <c>expected.json</c>: sums and samples of de-quantised tensors.</summary>
internal static class GgufVerification
{
    /// <summary>Compares the tensors of one file, in the file's own order.</summary>
    public static IEnumerable<VerificationCheck> Run(string path, JsonElement list, string name, CancellationToken cancellationToken)
    {
        using var file = GgufFile.Open(path);
        var sums = new Comparison(name, "sums of de-quantised tensors, relative", Tolerances.Sum);
        var samples = new Comparison(name, "samples of de-quantised tensors", Tolerances.Element);
        foreach (var expected in list.EnumerateArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tensor = expected.GetProperty("name").GetString()!;
            if (!file.Tensors.TryGetValue(tensor, out var info))
            {
                sums.Add(double.PositiveInfinity, $"{tensor} is missing");
                continue;
            }

            var values = new float[info.Count];
            file.Read(tensor, values);
            var scale = Math.Max(expected.GetProperty("abs_sum").GetDouble(), 1e-30);
            sums.Add(Math.Abs(Sum(values, value => value) - expected.GetProperty("sum").GetDouble()) / scale, tensor);
            sums.Add(Math.Abs(Sum(values, Math.Abs) - scale) / scale, tensor);
            foreach (var sample in expected.GetProperty("samples").EnumerateArray())
            {
                samples.Add(Math.Abs(values[sample[0].GetInt32()] - sample[1].GetDouble()), $"{tensor}[{sample[0].GetInt32()}]");
            }
        }

        return [sums.Check, samples.Check];
    }

    /// <summary>Compensated sum (Neumaier): a tensor has up to 3e7 elements, and one changed bit must show.</summary>
    private static double Sum(float[] values, Func<double, double> term)
    {
        double sum = 0, lost = 0;
        foreach (var value in values)
        {
            var next = term(value);
            var total = sum + next;
            lost += Math.Abs(sum) >= Math.Abs(next) ? sum - total + next : next - total + sum;
            sum = total;
        }

        return sum + lost;
    }
}
