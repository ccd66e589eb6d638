using System.Text.RegularExpressions;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>The tensors of a GGUF file under the names, and in the layout, of the family's Hugging Face checkpoints.</summary>
/// <remarks>
/// The converter that writes GGUF files transposes GPT-2's projections and groups GPT-NeoX's fused rows by query, key and value;
/// <see cref="Read"/> undoes both. Llama's permuted query and key rows are left as they are, see <see cref="ModelConfiguration.InterleavedQueryKeyRows"/>.
/// </remarks>
internal sealed partial class GgufModelTensors : ITensorSource
{
    private readonly GgufFile file;
    private readonly ModelConfiguration configuration;
    private readonly Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> storedNames = new(StringComparer.Ordinal);

    public GgufModelTensors(GgufFile file, ModelConfiguration configuration)
    {
        this.file = file;
        this.configuration = configuration;
        foreach (var stored in file.Tensors.Values)
        {
            // Divisors of rotary frequencies are part of the configuration. Names that are not known stay, to be refused.
            var name = Translate(stored.Name) ?? stored.Name;
            if (configuration.Family == ModelFamily.Llama && name == "rope_freqs.weight")
            {
                continue;
            }

            storedNames.Add(name, stored.Name);
            tensors.Add(name, IsTransposed(name, stored)
                ? stored with { Name = name, Shape = [stored.Shape[1], stored.Shape[0]] }
                : stored with { Name = name });
        }
    }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    public string Spell(string name) => storedNames.TryGetValue(name, out var stored) ? stored : GgufTensorNames.Spell(Names, name);

    public void Read(string name, Span<float> destination)
    {
        var stored = Stored(name);
        file.Read(stored, destination);
        if (IsTransposed(name, file.Tensors[stored]))
        {
            Transpose(destination, (int)file.Tensors[stored].Shape[0]);
        }
        else if (IsGrouped(name))
        {
            Interleave(name, destination);
        }
    }

    /// <summary>The stored bytes, in the file's own order also where <see cref="Read"/> rearranges.</summary>
    public void ReadRaw(string name, long offset, Span<byte> destination) => file.ReadRaw(Stored(name), offset, destination);

    public void Dispose() => file.Dispose();

    private IReadOnlyDictionary<string, string> Names => configuration.Family switch
    {
        ModelFamily.Gpt2 => GgufTensorNames.Gpt2,
        ModelFamily.GptNeoX => GgufTensorNames.GptNeoX,
        _ => GgufTensorNames.Llama,
    };

    private string Stored(string name) =>
        storedNames.TryGetValue(name, out var stored) ? stored : throw FileFaults.Corrupt(file.Metadata.Path, $"tensor '{name}' is missing");

    private string? Translate(string stored)
    {
        if (Block().Match(stored) is not { Success: true } block)
        {
            return Names.GetValueOrDefault(stored);
        }

        var inside = block.Groups["name"].ValueSpan;
        var suffix = inside[inside.LastIndexOf('.')..];
        return Names.GetValueOrDefault($"blk.*.{inside[..^suffix.Length]}") is { } name
            ? name.Replace("*", block.Groups["layer"].Value, StringComparison.Ordinal) + suffix.ToString()
            : null;
    }

    private bool IsTransposed(string name, TensorInfo stored) =>
        configuration.Family == ModelFamily.Gpt2 && stored.Shape.Count == 2 && name.Contains(".c_", StringComparison.Ordinal);

    private bool IsGrouped(string name) =>
        configuration.Family == ModelFamily.GptNeoX && name.Contains(".query_key_value.", StringComparison.Ordinal);

    private static void Transpose(Span<float> values, int rows)
    {
        var columns = values.Length / Math.Max(rows, 1);
        var source = values.ToArray();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                values[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }

    /// <summary>From [3, heads, head size, ...] back to [heads, 3, head size, ...].</summary>
    private void Interleave(string name, Span<float> values)
    {
        var heads = configuration.Heads;
        var (block, rest) = Math.DivRem(values.Length, 3 * heads);
        if (rest != 0)
        {
            throw FileFaults.Corrupt(file.Metadata.Path, $"tensor '{name}': {values.Length} elements are not shared out evenly among {heads} heads");
        }

        var source = values.ToArray();
        for (var part = 0; part < 3; part++)
        {
            for (var head = 0; head < heads; head++)
            {
                source.AsSpan(((part * heads) + head) * block, block).CopyTo(values[(((head * 3) + part) * block)..]);
            }
        }
    }

    [GeneratedRegex(@"^blk\.(?<layer>\d{1,9})\.(?<name>.+\..+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
