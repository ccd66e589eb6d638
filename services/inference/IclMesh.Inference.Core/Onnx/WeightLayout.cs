using System.IO.Hashing;
using System.Text;

namespace IclMesh.Inference.Core.Onnx;

/// <summary>Where each weight lies in the weight file.</summary>
internal sealed class WeightLayout
{
    /// <summary>Offsets are multiples of this, so that the file can be mapped page by page.</summary>
    private const long Alignment = 4096;

    /// <summary>Raised whenever the bytes of a weight change although its name and shape do not.</summary>
    private const int Revision = 2;

    /// <summary>Lays the weights out one after the other.</summary>
    /// <param name="weights">The weights in file order.</param>
    /// <param name="content">Digest of the model's tensors.</param>
    public WeightLayout(IReadOnlyList<WeightSpec> weights, string content)
    {
        var entries = new List<WeightEntry>(weights.Count);
        var digest = new XxHash128();
        digest.Append(Encoding.UTF8.GetBytes($"{Revision}:{content}"));
        foreach (var weight in weights)
        {
            entries.Add(new(weight, Length));
            digest.Append(Encoding.UTF8.GetBytes($"{weight.Name}:{weight.ElementType}:{string.Join(',', weight.Shape)}"));
            Length += (weight.ByteLength + Alignment - 1) / Alignment * Alignment;
        }

        Entries = entries;
        FileName = $"{Convert.ToHexStringLower(digest.GetCurrentHash())}.weights";
    }

    /// <summary>Every weight and its offset.</summary>
    public IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>Name of the file: the digest of content and layout.</summary>
    public string FileName { get; }
}

/// <summary>One weight's place in the file.</summary>
/// <param name="Spec">The weight.</param>
/// <param name="Offset">First byte.</param>
internal readonly record struct WeightEntry(WeightSpec Spec, long Offset);
