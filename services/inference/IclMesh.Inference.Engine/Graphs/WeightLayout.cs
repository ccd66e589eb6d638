using System.IO.Hashing;
using System.Text;

namespace IclMesh.Inference.Engine.Graphs;

/// <summary>Where each weight lies in the weight file.</summary>
internal sealed class WeightLayout
{
    /// <summary>Offsets are multiples of this, so that the file can be mapped page by page.</summary>
    private const long Alignment = 4096;

    /// <summary>Lays the weights out one after the other.</summary>
    /// <param name="weights">The weights in file order.</param>
    /// <param name="origin">Digest of what the weights are made from; their names tell the precision.</param>
    public WeightLayout(IReadOnlyList<WeightSpec> weights, string origin)
    {
        var entries = new List<WeightEntry>(weights.Count);
        var digest = new XxHash128();
        digest.Append(Encoding.UTF8.GetBytes(origin));
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

    /// <summary>Bytes of all weights; checksums follow them in the file.</summary>
    public long Length { get; }

    /// <summary>Name of the file: the digest of content and layout.</summary>
    public string FileName { get; }
}

/// <summary>One weight's place in the file.</summary>
/// <param name="Spec">The weight.</param>
/// <param name="Offset">First byte.</param>
internal readonly record struct WeightEntry(WeightSpec Spec, long Offset);
