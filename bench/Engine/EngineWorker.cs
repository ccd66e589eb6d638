using System.CommandLine;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Opening;
using Microsoft.Win32.SafeHandles;

namespace IclMesh.Bench.Engine;

/// <summary>Our side of the comparison: the engine in a process of its own, one request after the other, each on one thread unless it holds several prompts.</summary>
internal sealed class EngineWorker(string cacheFolder, int threads) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private ITransformerModel? model;
    private DecoderSequence? sequence;

    public static Command Create()
    {
        var cache = new Option<string>("--cache") { Description = "Weight cache.", Required = true };
        var threads = new Option<int>("--threads") { Description = "Threads for requests of several prompts.", Required = true };
        var command = new Command("engine-worker", "Answers requests of the engine benchmark on standard input.") { cache, threads };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var worker = new EngineWorker(parsed.GetRequiredValue(cache), parsed.GetValue(threads));
            worker.Serve();
            return 0;
        });
        return command;
    }

    public void Dispose()
    {
        sequence?.Dispose();
        model?.Dispose();
    }

    private ITransformerModel Model => model ?? throw new InvalidOperationException("load comes first");

    private DecoderSequence Sequence => sequence ??= NewSequence();

    private void Serve()
    {
        using var input = new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read));
        using var output = new StreamWriter(new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write)) { AutoFlush = true };
        while (input.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<EngineRequest>(line, Json)!;
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5");
            var (cpu, wall) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var answer = Run(request);
            var cost = new Cost((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Stopwatch.GetElapsedTime(wall).TotalSeconds, Peak(), answer);
            output.WriteLine(JsonSerializer.Serialize(cost, Json));
        }
    }

    private double Run(EngineRequest request) => request.Op switch
    {
        "load" => Load(request),
        "prefill" => Prefill(request.Tokens, rows: false),
        "prefill-rows" => Prefill(request.Tokens, rows: true),
        "decode" => Decode(request),
        "eight" => threads == 1 ? All(request.Others, tokens => Prefill(tokens, rows: false)) : SideBySide(request.Others),
        "queries-packed" => Packed(request),
        "queries-separate" => Separate(request),
        "queries-uncached" => Uncached(request),
        "score" => Score(request),
        "sgemm" => MatrixProduct.Run(request.Count),
        _ => throw new ArgumentException($"operation '{request.Op}' does not exist"),
    };

    private double Load(EngineRequest request)
    {
        Dispose();
        sequence = null;
        using var source = ModelSources.Open(request.Path);
        model = OnnxTransformerModel.Load(source, new(cacheFolder) { Precision = request.Mode }, CancellationToken.None);
        return Prefill(request.Tokens, rows: false);
    }

    private double Prefill(int[] tokens, bool rows)
    {
        Sequence.Begin(tokens, keep: 0, capacity: tokens.Length);
        using var result = Sequence.Prefill(tokens, rows, captureHidden: false, CancellationToken.None);
        return TensorPrimitives.IndexOfMax(result.Logits(0));
    }

    /// <summary>As the service runs prompts that share nothing: a worker each, one thread a worker.</summary>
    private double SideBySide(int[][] prompts)
    {
        var answers = new double[prompts.Length];
        Parallel.For(
            0,
            prompts.Length,
            new() { MaxDegreeOfParallelism = threads },
            NewSequence,
            (index, _, own) =>
            {
                own.Begin(prompts[index], keep: 0, capacity: prompts[index].Length);
                using var result = own.Prefill(prompts[index], captureAttention: false, captureHidden: false, CancellationToken.None);
                answers[index] = TensorPrimitives.IndexOfMax(result.Logits(0));
                return own;
            },
            own => own.Dispose());
        return answers[^1];
    }

    /// <summary>The prompt is in the buffer from the call before; only the new tokens are run.</summary>
    private double Decode(EngineRequest request)
    {
        var (prompt, token) = (request.Tokens, request.Tokens[^1]);
        Sequence.Begin(prompt, prompt.Length - 1, prompt.Length + request.Count);
        if (Sequence.Length < prompt.Length - 1)
        {
            Sequence.Prefill(prompt.AsMemory(0, prompt.Length - 1), captureAttention: false, captureHidden: false, CancellationToken.None).Dispose();
        }

        for (var step = 0; step < request.Count; step++)
        {
            using var result = Sequence.Append(new() { Tokens = new[] { token }, Past = Sequence.Length, LogitRows = [0] }, CancellationToken.None);
            token = TensorPrimitives.IndexOfMax(result.Logits(0));
        }

        return token;
    }

    private double Packed(EngineRequest request)
    {
        ScoreJob[] batch = [.. request.Others.Select(query => new ScoreJob(Prompt(request.Tokens, query, choices: 1), [], 0, CancellationToken.None))];
        return PackedScorer.Score(Sequence, Model.Configuration, batch, CancellationToken.None)[^1].Choices[0][0].LogProbability;
    }

    private double Separate(EngineRequest request) =>
        All(request.Others, query => ContextScorer.Score(
            Sequence, Model.Configuration, Prompt(request.Tokens, query, choices: 1), [], CancellationToken.None).Choices[0][0].LogProbability);

    private double Uncached(EngineRequest request) =>
        All(request.Others, query => Prefill([.. request.Tokens, .. query], rows: false));

    /// <summary>Runs every prompt: <c>Select(...).Last()</c> would run the last one only.</summary>
    private static double All(int[][] prompts, Func<int[], double> run)
    {
        var answer = 0.0;
        foreach (var prompt in prompts)
        {
            answer = run(prompt);
        }

        return answer;
    }

    private double Score(EngineRequest request)
    {
        using var fresh = NewSequence();
        return ContextScorer.Score(fresh, Model.Configuration, Prompt(request.Tokens, [], request.Count), [], CancellationToken.None).ChoiceMass;
    }

    private static Prompt Prompt(int[] prefix, int[] query, int choices) => new()
    {
        Tokens = [.. prefix, .. query],
        Choices = [.. Enumerable.Range(0, choices).Select(choice => new[] { 1000 + choice })],
    };

    private DecoderSequence NewSequence() => new(Model, new PrefixCache(Model.Configuration, 0));

    private static long Peak() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        * 1024;
}
