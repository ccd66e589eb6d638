using System.CommandLine;
using System.Diagnostics;
using IclMesh.Kernel.Core.Estimators;
using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Selection;
using Spectre.Console;

namespace IclMesh.Bench.Kernel;

/// <summary><c>bench -- kernel</c>: the kernel core on three problems, with peers in the same run.</summary>
internal static class KernelBench
{
    public static Command Create()
    {
        var peers = new Option<bool>("--peers") { Description = "Run NumPy, SciPy, scikit-learn and statsmodels beside (eng/kernel-peers.sh)." };
        var python = new Option<string>("--python") { Description = "Interpreter that has them.", DefaultValueFactory = _ => "/usr/bin/python3" };
        var repeats = new Option<int>("--repeats") { Description = "Repetitions, ours and theirs in turn.", DefaultValueFactory = _ => 5 };
        var only = new Option<string?>("--only") { Description = "smoother, leave-one-out or ridge." };
        var command = new Command("kernel", "Nadaraya-Watson, leave-one-out bandwidths and kernel ridge.") { peers, python, repeats, only };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            foreach (var task in Tasks().Where(task => parsed.GetValue(only) is not { } name || name == task.Problem.Name))
            {
                await RunAsync(task, parsed.GetValue(peers), parsed.GetValue(python)!, parsed.GetValue(repeats), cancellationToken);
            }

            return 0;
        });
        return command;
    }

    private static IEnumerable<BenchTask> Tasks()
    {
        var smoother = new KernelProblem("smoother", 100_000, 384, 2, queries: 1000) { Gamma = 0.5 / 384 };
        yield return new(smoother, "Nadaraya-Watson, Q=1,000 N=100,000 D=384, rbf, fp32", ["numpy", "sklearn"], () => Smooth(smoother));
        var scan = new KernelProblem("leave-one-out", 20_000, 16, 1) { Bandwidths = BandwidthSelector.Geometric(0.3, 6, 30) };
        yield return new(scan, "leave-one-out bandwidth, N=20,000 D=16, 30 candidates, fp32", ["numpy"], () => Scan(scan));
        var small = new KernelProblem("leave-one-out", 1000, 16, 1) { Bandwidths = BandwidthSelector.Geometric(0.6, 6, 3) };
        yield return new(small, "leave-one-out bandwidth, N=1,000 D=16, 3 candidates (the size that statsmodels can do)", ["statsmodels"], () => Scan(small));
        var ridge = new KernelProblem("ridge", 2000, 384, 2) { Gamma = 0.5 / 384, Ridges = BandwidthSelector.Geometric(1e-4, 1e2, 20) };
        yield return new(ridge, "kernel ridge, N=2,000 D=384, exact leave-one-out for 20 ridges, fp64", ["sklearn", "scipy"], () => Ridge(ridge));
    }

    private static double Smooth(KernelProblem problem)
    {
        var result = NadarayaWatson.Predict(
            new(KernelKind.Rbf, problem.Gamma), problem.SingleQueries, problem.SingleFeatures, problem.Labels);
        return Enumerable.Range(0, problem.Labels.Columns).Sum(c => (c + 1) * result.Predictions.Column(c).Sum());
    }

    private static double Scan(KernelProblem problem)
    {
        var errors = LeaveOneOutScan.Evaluate(KernelKind.Rbf, problem.SingleFeatures, problem.Labels, problem.Bandwidths);
        return problem.Bandwidths[Array.IndexOf(errors, errors.Min())];
    }

    private static double Ridge(KernelProblem problem)
    {
        var samples = problem.Features.AsSamples();
        var kernel = KernelMatrix.Evaluate(new(KernelKind.Rbf, problem.Gamma), samples, samples);
        return RidgePath.Create(kernel, problem.Labels).Select(problem.Ridges, isExact: true).Best;
    }

    private static async Task RunAsync(BenchTask task, bool withPeers, string python, int repeats, CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine(task.Title);
        var folder = Directory.CreateTempSubdirectory("iclmesh-bench-");
        try
        {
            task.Problem.Write(folder.FullName);
            var ours = new List<double>();
            var theirs = task.Peers.ToDictionary(peer => peer, _ => new List<double>());
            var answer = task.Run();
            for (var repeat = 0; repeat < repeats; repeat++)
            {
                var clock = Stopwatch.StartNew();
                task.Run();
                ours.Add(clock.Elapsed.TotalSeconds);
                foreach (var peer in withPeers ? task.Peers : [])
                {
                    var (seconds, value) = await KernelPeer.RunAsync(python, task.Problem.Name, peer, folder.FullName, cancellationToken);
                    theirs[peer].Add(seconds);
                    if (Math.Abs(value - answer) > 1e-3 * Math.Abs(answer))
                    {
                        throw new InvalidOperationException($"{peer} answers {value}, we answer {answer}");
                    }
                }
            }

            Show("ours", ours);
            foreach (var (peer, seconds) in theirs.Where(entry => entry.Value.Count > 0))
            {
                Show(peer, seconds);
                Show($"  {peer} / ours", [.. seconds.Zip(ours, (their, our) => their / our)], "x");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Show(string name, List<double> values, string unit = "s")
    {
        var sorted = values.Order().ToList();
        AnsiConsole.WriteLine($"  {name,-22} min {sorted[0],8:0.000} {unit}   median {sorted[sorted.Count / 2],8:0.000} {unit}   max {sorted[^1],8:0.000} {unit}");
    }

    private sealed record BenchTask(KernelProblem Problem, string Title, string[] Peers, Func<double> Run);
}
