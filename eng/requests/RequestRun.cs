using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing.Requests;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.RequestFuzz;

/// <summary>Random requests to every RPC, several at a time.</summary>
internal sealed class RequestRun(MeshProcesses mesh, int count, int seed)
{
    private const int Callers = 8;
    private const int Refill = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>RPCs that compute for long or load models: one call for fifty of another.</summary>
    private static readonly string[] Heavy =
    [
        "RunGinc", "RunTable3", "MeasureRate", "MeasureBias", "CheckIdentity", "LoadModel", "UnloadModel", "StartJob", "ResumeJob", "WatchJob", "MeasureInfluence", "CompactCollection",
    ];

    private readonly ConcurrentDictionary<StatusCode, int> codes = new();
    private readonly ConcurrentDictionary<string, string> findings = new();
    private int done;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var warm = count / 5;
        await CallAsync(0, warm, cancellationToken);
        var before = await SettleAsync(cancellationToken);
        Console.WriteLine($"{done} requests in {clock.Elapsed.TotalSeconds:0} s, memory looked at");
        await CallAsync(1, count - warm, cancellationToken);
        var after = await SettleAsync(cancellationToken);

        Console.WriteLine($"{done} requests in {clock.Elapsed.TotalSeconds:0} s, seed {seed}");
        foreach (var (code, calls) in codes.OrderByDescending(pair => pair.Value))
        {
            Console.WriteLine($"  {code,-20} {calls,8}");
        }

        foreach (var name in mesh.Names)
        {
            Console.WriteLine($"  {name,-20} {before[name],7:0} MiB after the first fifth, {after[name],7:0} MiB at the end ({(after[name] / before[name]) - 1:+0.0 %;-0.0 %}){(mesh.HasExited(name) ? ", DIED" : "")}");
        }

        foreach (var (method, finding) in findings.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{method}: {finding}");
        }

        return findings.IsEmpty && !mesh.Names.Any(mesh.HasExited) ? 0 : 1;
    }

    private Task CallAsync(int part, int calls, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(new Random((seed * 1000) + (part * 100) + caller), calls / Callers, cancellationToken), cancellationToken)));

    private async Task CallAsync(Random random, int calls, CancellationToken cancellationToken)
    {
        var targets = Targets(random).ToList();
        var light = targets.Where(target => !Heavy.Contains(target.Method.Name)).ToList();
        for (var call = 0; call < calls; call++)
        {
            if (call % Refill == 0)
            {
                await RefillAsync(cancellationToken);
            }

            var target = random.Next(10) == 0 ? targets[random.Next(targets.Count)] : light[random.Next(light.Count)];
            var request = target.Generator.Next();
            if (!CanBeSent(request))
            {
                continue;
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            Status status;
            try
            {
                status = await new RpcCaller(mesh.Invoker(target.Service)).CallAsync(target.Method, target.Method.IsClientStreaming ? [target.Seed, request] : [request], patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                status = new(StatusCode.Cancelled, "out of patience");
            }

            codes.AddOrUpdate(status.StatusCode, 1, (_, known) => known + 1);
            Interlocked.Increment(ref done);
            if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss or StatusCode.Unavailable)
            {
                var shown = $"{request}";
                findings.TryAdd($"{target.Method.FullName} {status.StatusCode}", $"{status.Detail}\n    {(shown.Length < 1500 ? shown : shown[..1500])}");
            }
        }
    }

    /// <summary>Half a surrogate pair makes a message that the runtime's writer itself gives up.</summary>
    private static bool CanBeSent(IMessage request)
    {
        try
        {
            return request.ToByteArray().Length >= 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Service, MethodDescriptor Method, IMessage Seed, RequestGenerator Generator)> Targets(Random random)
    {
        var kernel = KernelSeeds.All;
        var services = new (string Name, IReadOnlyDictionary<string, IMessage[]> Seeds, ServiceDescriptor[] Descriptors)[]
        {
            ("inference", InferenceSeeds.All("lm", "encoder"), [InferenceService.Descriptor]),
            ("retrieval", RetrievalSeeds.All, [RetrievalService.Descriptor]),
            ("kernel", kernel, [KernelService.Descriptor, EvaluationService.Descriptor, HeadAnalysisService.Descriptor, TheoryLabService.Descriptor]),
            ("gateway", GatewaySeeds.All, [GatewayService.Descriptor, TaskService.Descriptor, JobService.Descriptor]),
        };
        return services.SelectMany(service => service.Descriptors.SelectMany(descriptor => descriptor.Methods).Select(method =>
            (service.Name, method, service.Seeds[method.Name][0], new RequestGenerator(method.InputType, service.Seeds[method.Name], random.Next()))));
    }

    private async Task RefillAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mesh.FillAsync(cancellationToken);
        }
        catch (RpcException)
        {
            // A random request may have made the collection another encoder's.
        }

        var caller = new RpcCaller(mesh.Invoker("retrieval"));
        foreach (var (rpc, request) in RetrievalSeeds.Fill)
        {
            await caller.CallAsync(RetrievalService.Descriptor.FindMethodByName(rpc), [request], cancellationToken);
        }
    }

    /// <summary>Resident memory of every service once nothing runs any more, models loaded anew.</summary>
    private async Task<Dictionary<string, double>> SettleAsync(CancellationToken cancellationToken)
    {
        var inference = new InferenceService.InferenceServiceClient(mesh.Invoker("inference"));
        var jobs = new JobService.JobServiceClient(mesh.Invoker("gateway"));
        foreach (var job in (await jobs.ListJobsAsync(new() { PageSize = 1000 }, cancellationToken: cancellationToken)).Jobs)
        {
            await jobs.CancelJobAsync(new() { Id = job.Id }, cancellationToken: cancellationToken);
            await jobs.DeleteJobAsync(new() { Id = job.Id }, cancellationToken: cancellationToken);
        }

        foreach (var model in new[] { "lm", "encoder", "other" })
        {
            await inference.UnloadModelAsync(new() { Model = model }, cancellationToken: cancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
        await RefillAsync(cancellationToken);
        await inference.LoadModelAsync(new() { Model = "lm" }, cancellationToken: cancellationToken);
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in mesh.Names)
            {
                await mesh.CollectAsync(name, cancellationToken);
            }

            await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
        }

        return mesh.Names.ToDictionary(name => name, mesh.Resident);
    }
}
