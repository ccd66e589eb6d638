using IclMesh.Fuzz;
using IclMesh.Fuzz.Mutants;
using SharpFuzz;

// usage: IclMesh.Fuzz TARGET                       under afl-fuzz (see run.sh)
//        IclMesh.Fuzz TARGET FILE...               the given inputs once, to look at a finding
//        IclMesh.Fuzz models OTHERS FOLDER|GGUF... model folders with one thing changed each (see models.sh)
#pragma warning disable RS0030 // There is nobody to log to: what it finds is its output.
var output = Console.Out;
#pragma warning restore RS0030
if (args is ["models", var others, .. var models])
{
    var work = Directory.CreateTempSubdirectory("iclmesh-mutants-").FullName;
    try
    {
        var run = new MutantRun(work, others);
        foreach (var model in models)
        {
            var before = run.Counts.Values.Sum() + run.Faults.Count;
            await run.RunAsync(File.Exists(model) ? ModelFiles.ReadGguf(model) : ModelFiles.Read(Path.TrimEndingDirectorySeparator(model)), CancellationToken.None);
            output.WriteLine($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(model)),-20} {run.Counts.Values.Sum() + run.Faults.Count - before,5} mutants");
        }

        foreach (var fault in run.Faults)
        {
            output.WriteLine($"FAULT {fault}");
        }

        output.WriteLine($"{string.Join(", ", run.Counts.Select(count => $"{count.Value} {count.Key}"))}, {run.Faults.Count} faults");
        return run.Faults.Count == 0 ? 0 : 1;
    }
    finally
    {
        Directory.Delete(work, recursive: true);
    }
}

var target = FuzzTarget.Find(args[0]);
if (args.Length > 1)
{
    // Instrumented code counts branches in memory that afl-fuzz would share.
    var counts = GC.AllocateArray<byte>(1 << 16, pinned: true);
    unsafe
    {
        SharpFuzz.Common.Trace.SharedMem = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(counts, 0);
    }

    foreach (var file in args[1..])
    {
        target.Run(File.ReadAllBytes(file));
    }

    return 0;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    target.Run(bytes.ToArray());
});
return 0;
