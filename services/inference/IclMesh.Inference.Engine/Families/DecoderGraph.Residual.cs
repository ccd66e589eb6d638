using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Engine.Families;

/// <summary>Reading from and writing to a residual stream that may be rotated; outside, rows of it always appear in the model's own channels.</summary>
internal sealed partial class DecoderGraph
{
    /// <summary>
    /// Rotates the residual stream where the precision gains from it. For families whose norms are root-mean-square norms without biases, and that
    /// touch the stream through the verbs of this file alone.
    /// </summary>
    public void AllowRotation() => rotation = linear.WantsRotation ? new(Configuration.HiddenSize) : null;

    /// <summary>The first norm of the residual stream; <see cref="AddRmsNorm"/> writes the others.</summary>
    /// <param name="x">The stream, [1, S, hidden].</param>
    /// <param name="weight">Tensor of the norm's weights.</param>
    public string ResidualNorm(string x, string weight) => RmsNorm(x, rotation is null ? Vector(weight, Configuration.HiddenSize) : Ones());

    /// <summary>A linear layer on the normed residual stream.</summary>
    /// <param name="x">What the norm made, [1, S, hidden].</param>
    /// <param name="norm">Tensor of that norm's weights.</param>
    /// <param name="outputs">Columns of the result.</param>
    /// <param name="name">Name of the layer.</param>
    /// <param name="weight">Reads W, [outputs, hidden].</param>
    /// <param name="bias">Reads the bias, where there is one.</param>
    /// <param name="role">What the layer is for.</param>
    public string ReadResidual(
        string x,
        string norm,
        int outputs,
        string name,
        Action<ITensorSource, Span<float>> weight,
        Action<ITensorSource, Span<float>>? bias = null,
        LinearRole role = LinearRole.Other)
    {
        if (rotation is null)
        {
            return Linear(x, Configuration.HiddenSize, outputs, name, weight, bias, role);
        }

        void Turned(ITensorSource source, Span<float> destination)
        {
            var gains = new float[Configuration.HiddenSize];
            source.Read(norm, gains);
            weight(source, destination);
            rotation.TurnInputs(destination, gains);
        }

        return Linear(x, Configuration.HiddenSize, outputs, $"{name}.turned", Turned, bias, role);
    }

    /// <summary>A linear layer whose result is added to the residual stream.</summary>
    /// <param name="x">Its input, [1, S, inputs].</param>
    /// <param name="inputs">Columns of W.</param>
    /// <param name="name">Tensor of W, [hidden, inputs].</param>
    /// <param name="role">What the layer is for.</param>
    public string WriteResidual(string x, int inputs, string name, LinearRole role = LinearRole.Other)
    {
        var weight = WeightReader.Stack(name);
        if (rotation is null)
        {
            return Linear(x, inputs, Configuration.HiddenSize, name, weight, role: role);
        }

        void Turned(ITensorSource source, Span<float> destination)
        {
            weight(source, destination);
            rotation.TurnOutputs(destination);
        }

        return Linear(x, inputs, Configuration.HiddenSize, $"{name}.turned", Turned, role: role);
    }

    /// <summary>A few rows of the stream in the model's own channels, with the last norm's weights where <paramref name="normed"/>.</summary>
    private string OwnChannels(string rows, bool normed)
    {
        if (rotation is null)
        {
            return rows;
        }

        var own = rotation.TurnBack(Graph, rows);
        return normed ? Graph.Node("Mul", [own, Vector(finalNorm!.Weight, Configuration.HiddenSize)]) : own;
    }

    private string Ones() => Graph.Weight(WeightSpec.Float("residual.ones", [Configuration.HiddenSize], (_, ones) => ones.Fill(1)));
}
