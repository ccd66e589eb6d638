using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>The tensors of a checkpoint under the names of its family's full model, whichever of the spellings in use the file has.</summary>
/// <remarks>
/// As transformers reads them: checkpoints of the bare model leave out the prefix that those with a head have, and old ones call the weight and
/// bias of a LayerNorm gamma and beta. Decoders carry the prefix here, encoders do not.
/// </remarks>
internal sealed class NamedTensors : ITensorSource
{
    private readonly ITensorSource inner;
    private readonly Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> stored = new(StringComparer.Ordinal);
    private readonly string prefix;
    private readonly bool keepsPrefix;
    private readonly bool isPrefixed;

    public NamedTensors(ITensorSource inner, ModelFamily family, string path)
    {
        this.inner = inner;
        (prefix, keepsPrefix) = family switch
        {
            ModelFamily.Gpt2 or ModelFamily.GptJ => ("transformer.", true),
            ModelFamily.GptNeoX => ("gpt_neox.", true),
            ModelFamily.Bert => ("bert.", false),
            _ => ("model.", true),
        };
        isPrefixed = inner.Tensors.Keys.Concat(inner.Unread.Keys).Any(name => name.StartsWith(prefix, StringComparison.Ordinal));
        foreach (var info in inner.Tensors.Values)
        {
            tensors[Store(info.Name, path)] = info with { Name = Translate(info.Name) };
        }

        foreach (var (name, type) in inner.Unread)
        {
            unread[Store(name, path)] = type;
        }
    }

    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    public IReadOnlyDictionary<string, string> Unread => unread;

    public string Spell(string name)
    {
        if (stored.TryGetValue(name, out var spelled))
        {
            return spelled;
        }

        return keepsPrefix
            ? !isPrefixed && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name
            : isPrefixed ? prefix + name : name;
    }

    public void Read(string name, Span<float> destination) => inner.Read(Spell(name), destination);

    public void ReadRaw(string name, long offset, Span<byte> destination) => inner.ReadRaw(Spell(name), offset, destination);

    public void Dispose() => inner.Dispose();

    private string Store(string name, string path)
    {
        var translated = Translate(name);
        return stored.TryAdd(translated, name)
            ? translated
            : throw FileFaults.Corrupt(path, $"tensors '{stored[translated]}' and '{name}' are two spellings of one tensor");
    }

    private string Translate(string name)
    {
        if (keepsPrefix && !isPrefixed && !IsHead(name))
        {
            name = prefix + name;
        }
        else if (!keepsPrefix && name.StartsWith(prefix, StringComparison.Ordinal))
        {
            name = name[prefix.Length..];
        }

        return name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) ? $"{name[..^"gamma".Length]}weight"
            : name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) ? $"{name[..^"beta".Length]}bias"
            : name;
    }

    private static bool IsHead(string name) => name.StartsWith("lm_head.", StringComparison.Ordinal) || name.StartsWith("embed_out.", StringComparison.Ordinal);
}
