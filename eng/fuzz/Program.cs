using IclMesh.Fuzz;
using SharpFuzz;

// usage: IclMesh.Fuzz TARGET            under afl-fuzz (see run.sh)
//        IclMesh.Fuzz TARGET FILE...    the given inputs once, to look at a finding
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

    return;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    target.Run(bytes.ToArray());
});
