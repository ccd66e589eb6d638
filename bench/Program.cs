using System.CommandLine;
using IclMesh.Bench.Kernel;

var root = new RootCommand("IclMesh benchmarks: ratios to peers in the same run matter more than absolute times")
{
    KernelBench.Create(),
};
return await root.Parse(args).InvokeAsync();
