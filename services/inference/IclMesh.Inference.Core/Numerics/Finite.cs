using System.Numerics.Tensors;

namespace IclMesh.Inference.Core.Numerics;

/// <summary>Keeps NaN and infinity inside: a result that is not finite is an error that names model and place, never a number that somebody compares.</summary>
internal static class Finite
{
    /// <summary>Returns the values where all of them are finite.</summary>
    /// <param name="values">What a run made.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="what">What the values are, for example <c>logits</c>.</param>
    /// <param name="layer">Layer that they belong to; null where they belong to none.</param>
    /// <exception cref="MeshException"><see cref="ErrorReasons.DataCorrupt"/>.</exception>
    public static ReadOnlySpan<float> Require(ReadOnlySpan<float> values, string model, string what, int? layer = null)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return values;
        }

        var place = layer is null ? what : $"{what} of layer {layer}";
        throw new MeshException(
            ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"model '{model}': the {place} hold NaN or infinity: some weight or activation is too large for fp32")
        {
            Metadata = new Dictionary<string, string> { ["model"] = model, ["place"] = place },
        };
    }
}
