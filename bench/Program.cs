using System.CommandLine;
using IclMesh.Bench.Retrieval;

var root = new RootCommand("Measures IclMesh and, with --peers, what it is compared with, in the same run.") { RetrievalBench.Command() };
return await root.Parse(args).InvokeAsync();
