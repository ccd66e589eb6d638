using System.Text;
using IclMesh.Inference.Engine.Exported;
using IclMesh.Inference.ModelFiles.HuggingFace;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Chat;

namespace IclMesh.Fuzz;

/// <summary>One reader of foreign bytes: whatever they are, it fails with <see cref="MeshException"/> only and allocates in proportion.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="read">Reads the file that holds the input.</param>
internal sealed class FuzzTarget(string name, Action<string> read)
{
    /// <summary>Bytes allocated for each byte of input, and for any input at all; the same as in the tests.</summary>
    private const long AllocationFactor = 64;
    private const long AllocationBase = 8 << 20;

    private static readonly Dictionary<string, object?> Conversation = new()
    {
        ["messages"] = new[]
        {
            new Dictionary<string, object?> { ["role"] = "system", ["content"] = "Be brief." },
            new Dictionary<string, object?> { ["role"] = "user", ["content"] = "Hi" },
        },
        ["add_generation_prompt"] = true,
        ["bos_token"] = "<s>",
        ["eos_token"] = "</s>",
    };

    private static readonly FuzzTarget[] All =
    [
        new("gguf", path =>
        {
            using var source = ModelSources.Open(path);
            ReadAll(source.Tensors);
            source.Tokenizer.Decode([.. source.Tokenizer.Encode("a ab b ä", addSpecialTokens: true).Select(token => token.Id)]);
        }),
        new("safetensors", path =>
        {
            using var file = SafetensorsFile.Open(path);
            ReadAll(file);
        }),
        new("tokenizer", path =>
        {
            var tokenizer = TokenizerFiles.ReadJson(path);
            tokenizer.Decode([.. tokenizer.Encode("a ab b ä", addSpecialTokens: true).Select(token => token.Id)]);
        }),
        new("config", path => HuggingFaceConfiguration.Read(path)),
        new("onnx", path =>
        {
            // Settings of tests/fixtures/exported-llama, which is the seed.
            var folder = Path.GetDirectoryName(path)!;
            File.WriteAllText(Path.Combine(folder, "config.json"), """
                {"model_type":"llama","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":8,
                 "intermediate_size":48,"vocab_size":257,"max_position_embeddings":600,"rms_norm_eps":1e-5,"hidden_act":"silu"}
                """);
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), """{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"ByteLevel"}}""");
            using var source = ModelSources.Open(folder);
            using var model = ExportedModel.Load(source, new(folder));
        }),
        new("chat", path => ChatTemplate.Parse(Encoding.UTF8.GetString(File.ReadAllBytes(path))).Render(Conversation, TimeProvider.System)),
    ];

    private readonly string path = Path.Combine(
        Directory.CreateTempSubdirectory("iclmesh-fuzz-").FullName, name switch { "gguf" => "model.gguf", "safetensors" => "model.safetensors", "onnx" => "model.onnx", _ => "input.json" });

    private string Name => name;

    /// <summary>The target of a name.</summary>
    public static FuzzTarget Find(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"'{name}' is none of {string.Join(", ", All.Select(target => target.Name))}");

    /// <summary>Reads one input; anything but success and <see cref="MeshException"/> is a finding.</summary>
    public void Run(byte[] input)
    {
        File.WriteAllBytes(path, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(path);
        }
        catch (MeshException)
        {
            // The one kind of failure that is allowed.
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A template may build texts as large as its own budget allows, whatever its length.
        if (name != "chat" && allocated > (AllocationFactor * input.Length) + AllocationBase)
        {
            throw new InvalidOperationException($"{input.Length} bytes of input made {name} allocate {allocated}");
        }
    }

    private static void ReadAll(ITensorSource source)
    {
        foreach (var info in source.Tensors.Values)
        {
            source.Read(info.Name, new float[info.Count]);
        }
    }
}
