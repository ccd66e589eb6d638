using System.Globalization;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Averages the weights of checkpoints of one line of runs: less of what each has memorised, all of what they share.</summary>
/// <remarks>Source: M. Wortsman et al., "Model soups", 2022.</remarks>
internal static class AverageCommand
{
    public static void Run(Options options)
    {
        var checkpoints = options.Text("checkpoints", "").Split(',');
        double[] weights = [.. options.Text("weights", "").Split(',').Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
        var output = options.Text("output", "average.safetensors");
        options.RefuseUnknown();
        if (weights.Length != checkpoints.Length || Math.Abs(weights.Sum() - 1) > 1e-9)
            throw new ArgumentException($"Give one weight a checkpoint, {checkpoints.Length} that add up to 1.");

        using var gradients = torch.no_grad();
        var first = Models.Decoder(checkpoints[0]);
        var average = first.Weights.All.ToDictionary(x => x.Key, x => torch.zeros_like(x.Value));
        foreach (var (checkpoint, weight) in checkpoints.Zip(weights))
            foreach (var (name, values) in Models.Decoder(checkpoint).Weights.All)
                average[name].add_(values, weight);
        average["codes"] = first.Codes;
        Safetensors.Write(output, average, half: false);
        File.Copy(checkpoints[0] + ".options.json", output + ".options.json", overwrite: true);
    }
}
