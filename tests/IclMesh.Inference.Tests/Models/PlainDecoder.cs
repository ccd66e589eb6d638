using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;

namespace IclMesh.Inference.Tests.Models;

/// <summary>The plain reference: Llama and the project's own family in fp64, token by token, with no trick at all.</summary>
internal sealed class PlainDecoder(ModelSource source)
{
    private readonly ModelConfiguration model = source.Configuration;
    private readonly Dictionary<string, double[]> tensors = source.Tensors.Tensors.Values.ToDictionary(tensor => tensor.Name, tensor =>
    {
        var values = new float[tensor.Count];
        source.Tensors.Read(tensor.Name, values);
        return Array.ConvertAll(values, value => (double)value);
    });

    /// <summary>Logits of every position, [T][vocabulary].</summary>
    public List<double[]> Logits { get; } = [];

    /// <summary>Attention of the last position, [L * H][T].</summary>
    public List<double[]> LastAttention { get; } = [];

    /// <summary>Residual stream of the last position, [L + 1][hidden].</summary>
    public List<double[]> LastHidden { get; } = [];

    /// <summary>Runs a sequence.</summary>
    public PlainDecoder Run(int[] tokens)
    {
        var tiny = model.Family == ModelFamily.IclMeshTiny;
        var x = tokens.Select(token => Row("model.embed_tokens.weight", token, model.HiddenSize)).ToArray();
        for (var layer = 0; layer < model.Layers; layer++)
        {
            LastHidden.Add([.. x[^1]]);
            var stem = $"model.layers.{layer}.";
            var attended = Attend(layer, stem, [.. x.Select(row => Norm(row, $"{stem}{(tiny ? "input_norm" : "input_layernorm")}"))]);
            for (var t = 0; t < x.Length; t++)
            {
                x[t] = Add(x[t], Times(attended[t], $"{stem}{(tiny ? "attention.output" : "self_attn.o_proj")}.weight"));
                var normed = Norm(x[t], $"{stem}{(tiny ? "feed_forward_norm" : "post_attention_layernorm")}");
                x[t] = Add(x[t], tiny ? PlainFeedForward(normed, stem) : GatedFeedForward(normed, stem));
            }
        }

        var head = model.TiedHead ? "model.embed_tokens.weight" : "lm_head.weight";
        var final = x.Select(row => Norm(row, "model.norm")).ToArray();
        LastHidden.Add(final[^1]);
        Logits.AddRange(final.Select(row => Times(row, head)));
        return this;
    }

    private double[][] Attend(int layer, string stem, double[][] x)
    {
        var (heads, size, group) = (model.Heads, model.HeadSize, model.Heads / model.KeyValueHeads);
        var projected = x.Select((row, t) => Project(stem, row, t)).ToArray();
        var output = x.Select(_ => new double[heads * size]).ToArray();
        for (var head = 0; head < heads; head++)
        {
            for (var t = 0; t < x.Length; t++)
            {
                var scores = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    var dot = 0.0;
                    for (var d = 0; d < size; d++)
                    {
                        dot += projected[t].Query[(head * size) + d] * projected[s].Key[(head / group * size) + d];
                    }

                    var slope = model.AlibiSlopes.Count == 0 ? 0 : model.AlibiSlopes[(layer * heads) + head];
                    scores[s] = (dot / Math.Sqrt(size)) - (slope * (t - s));
                }

                var weights = Softmax(scores);
                for (var s = 0; s <= t; s++)
                {
                    for (var d = 0; d < size; d++)
                    {
                        output[t][(head * size) + d] += weights[s] * projected[s].Value[(head / group * size) + d];
                    }
                }

                if (t == x.Length - 1)
                {
                    LastAttention.Add(weights);
                }
            }
        }

        return output;
    }

    private (double[] Query, double[] Key, double[] Value) Project(string stem, double[] x, int position)
    {
        if (model.Family == ModelFamily.IclMeshTiny)
        {
            var packed = Add(Times(x, $"{stem}attention.qkv.weight"), tensors[$"{stem}attention.qkv.bias"]);
            var third = packed.Length / 3;
            return (packed[..third], packed[third..(2 * third)], packed[(2 * third)..]);
        }

        return (
            Rotate(Times(x, $"{stem}self_attn.q_proj.weight"), position),
            Rotate(Times(x, $"{stem}self_attn.k_proj.weight"), position),
            Times(x, $"{stem}self_attn.v_proj.weight"));
    }

    private double[] Rotate(double[] heads, int position)
    {
        var frequencies = RotaryTable.Frequencies(model.Rotary!);
        var half = frequencies.Length;
        for (var start = 0; start < heads.Length; start += model.HeadSize)
        {
            for (var pair = 0; pair < half; pair++)
            {
                var (sine, cosine) = Math.SinCos((float)position * frequencies[pair]);
                var (a, b) = (heads[start + pair], heads[start + pair + half]);
                heads[start + pair] = (a * cosine) - (b * sine);
                heads[start + pair + half] = (b * cosine) + (a * sine);
            }
        }

        return heads;
    }

    private double[] GatedFeedForward(double[] x, string stem)
    {
        var gate = Times(x, $"{stem}mlp.gate_proj.weight");
        var up = Times(x, $"{stem}mlp.up_proj.weight");
        return Times([.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], $"{stem}mlp.down_proj.weight");
    }

    private double[] PlainFeedForward(double[] x, string stem) =>
        Times([.. Times(x, $"{stem}feed_forward.up.weight").Select(Gelu)], $"{stem}feed_forward.down.weight");

    /// <summary>x times the normal distribution function, integrated by Simpson's rule: slow and independent of any erf.</summary>
    private static double Gelu(double x)
    {
        const int Steps = 200;
        var width = x / Steps;
        var sum = 0.0;
        for (var step = 0; step <= Steps; step++)
        {
            var t = step * width;
            sum += Math.Exp(-t * t / 2) * (step is 0 or Steps ? 1 : step % 2 == 1 ? 4 : 2);
        }

        return x * (0.5 + (sum * width / 3 / Math.Sqrt(2 * Math.PI)));
    }

    private double[] Norm(double[] x, string stem)
    {
        var weight = tensors[$"{stem}.weight"];
        if (!tensors.TryGetValue($"{stem}.bias", out var bias))
        {
            var scale = Math.Sqrt(x.Average(value => value * value) + model.NormEpsilon);
            return [.. x.Zip(weight, (value, w) => value / scale * w)];
        }

        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + model.NormEpsilon);
        return [.. x.Select((value, index) => ((value - mean) / deviation * weight[index]) + bias[index])];
    }

    private double[] Times(double[] x, string matrix)
    {
        var rows = tensors[matrix].Length / x.Length;
        var product = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < x.Length; column++)
            {
                product[row] += tensors[matrix][(row * x.Length) + column] * x[column];
            }
        }

        return product;
    }

    private double[] Row(string matrix, int row, int columns) => tensors[matrix][(row * columns)..((row + 1) * columns)];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static double[] Softmax(double[] scores)
    {
        var weights = Array.ConvertAll(scores, score => Math.Exp(score - scores.Max()));
        return Array.ConvertAll(weights, weight => weight / weights.Sum());
    }
}
