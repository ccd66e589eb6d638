using System.CommandLine;
using IclMesh.Bench.Engine;
using IclMesh.Bench.Gateway;
using IclMesh.Bench.Kernel;
using IclMesh.Bench.Retrieval;

var root = new RootCommand("IclMesh benchmarks: ratios to peers in the same run matter more than absolute times")
{
    EngineBench.Create(),
    EngineWorker.Create(),
    AgreementBench.Create(),
    GatewayBench.Create(),
    KernelBench.Create(),
    RetrievalBench.Command(),
};
return await root.Parse(args).InvokeAsync();
