using System.Text.Json;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Bench.Engine;

/// <summary>The processes that are compared, started when a row first needs them, and the prompts that all of them get.</summary>
internal sealed class EngineSides : IDisposable
{
    private static readonly int[] Short = [.. Enumerable.Range(500, 8)];
    private readonly Dictionary<string, WorkerProcess> workers = [];
    private readonly string model;
    private readonly string work;
    private readonly string? peers;
    private readonly string python;
    private readonly string core;
    private readonly int[] text;

    public EngineSides(string model, string work, string? peers, string python, string core)
    {
        (this.model, this.work, this.peers, this.python, this.core) = (model, work, peers, python, core);
        Threads = core.Split(',').Length;
        Directory.CreateDirectory(work);
        using var source = ModelSources.Open(model);
        Configuration = source.Configuration;
        text = PromptText(source);
        if (peers is not null)
        {
            Convert(source);
        }
    }

    /// <summary>Sizes of the model.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Peers are there to be compared with.</summary>
    public bool HasPeers => peers is not null;

    /// <summary>Processors, and so threads, of every side.</summary>
    public int Threads { get; }

    /// <summary>The model file as it was given.</summary>
    public string Original => model;

    /// <summary>Tokens of real text; different starts give prompts without a common prefix.</summary>
    public int[] Prompt(int start, int count) => [.. Enumerable.Range(start, count).Select(place => text[place % text.Length])];

    /// <summary>Request that loads a model and predicts one token.</summary>
    public static EngineRequest Load(string path, string mode) => new("load") { Path = path, Mode = mode, Tokens = Short };

    /// <summary>Our engine.</summary>
    public WorkerProcess Ours(string precision) => Get($"ours {precision}", Load(model, precision), () =>
        ("dotnet", [Path.Combine(AppContext.BaseDirectory, "IclMesh.Bench.dll"), "engine-worker", "--cache", Path.Combine(work, "weights"), "--threads", $"{Threads}"]));

    /// <summary>llama.cpp on the same weights, stored as F16 or Q8_0 (or the given file).</summary>
    public WorkerProcess Llama(string type, bool flash) => Get(
        $"llama.cpp {type} {(flash ? "flash" : "plain")}",
        Load(type == "file" ? model : Converted(type), flash ? "flash" : "plain"),
        () => ("node", [Path.Combine(AppContext.BaseDirectory, "Engine", "llama.mjs"), peers!, $"{Threads}"]));

    /// <summary>PyTorch eager on the same weights in fp32.</summary>
    public WorkerProcess Torch() => Get("PyTorch", new("load") { Path = Path.Combine(work, "model.safetensors") }, () =>
        (python, [Path.Combine(AppContext.BaseDirectory, "Engine", "torch_peer.py"), Path.Combine(work, "shape.json"), $"{Threads}"]));

    public void Dispose()
    {
        foreach (var worker in workers.Values)
        {
            worker.Dispose();
        }
    }

    private string Converted(string type) => Path.Combine(work, $"model.{type}.gguf");

    private WorkerProcess Get(string name, EngineRequest load, Func<(string Program, string[] Arguments)> command)
    {
        if (!workers.TryGetValue(name, out var worker))
        {
            var (program, arguments) = command();
            workers[name] = worker = WorkerProcess.Start(name, core, program, arguments);
            worker.Run(load);
        }

        return worker;
    }

    /// <summary>Demonstrations that ship with the project, over and over in another order each time: text, not noise.</summary>
    private static int[] PromptText(ModelSource source)
    {
        var lines = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Engine", "texts"), "*.jsonl").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => $"Input: {row.GetProperty("text")}\nOutput: {row.GetProperty("label")}\n\n")
            .ToArray();
        var random = new Random(1);
        var tokens = new List<int>();
        while (tokens.Count < 8192)
        {
            random.Shuffle(lines);
            tokens.AddRange(lines.SelectMany(line => source.Tokenizer.Encode(line, addSpecialTokens: false)).Select(token => token.Id));
        }

        return [.. tokens];
    }

    /// <summary>Writes what the peers read: F16 and Q8_0 copies of the file, and fp32 tensors for PyTorch.</summary>
    private void Convert(ModelSource source)
    {
        foreach (var type in (TensorType[])[TensorType.F16, TensorType.Q8_0])
        {
            if (!File.Exists(Converted($"{type}")))
            {
                GgufCopy.Write(model, Converted($"{type}"), type);
            }
        }

        var shape = new
        {
            layers = Configuration.Layers,
            heads = Configuration.Heads,
            keyValueHeads = Configuration.KeyValueHeads,
            headSize = Configuration.HeadSize,
            epsilon = Configuration.NormEpsilon,
            rotaryBase = Configuration.Rotary!.Base,
        };
        File.WriteAllText(Path.Combine(work, "shape.json"), JsonSerializer.Serialize(shape));
        using var writer = new SafetensorsWriter(Path.Combine(work, "model.safetensors"));
        foreach (var tensor in source.Tensors.Tensors.Values)
        {
            var values = new float[tensor.Count];
            source.Tensors.Read(tensor.Name, values);
            var rotated = tensor.Name.Contains("q_proj", StringComparison.Ordinal) || tensor.Name.Contains("k_proj", StringComparison.Ordinal);
            if (rotated && Configuration.InterleavedQueryKeyRows)
            {
                WeightReader.HalveRows(values, (int)tensor.Shape[1], Configuration.HeadSize);
            }

            writer.Add(tensor.Name, [.. tensor.Shape], values);
        }

        writer.Complete(new Dictionary<string, string>());
    }
}
