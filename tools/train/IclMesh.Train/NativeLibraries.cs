using TorchSharp;

namespace IclMesh.Train;

/// <summary>What must happen before the first call of TorchSharp.</summary>
internal static class NativeLibraries
{
    /// <summary>Makes the library beside the program loadable, and takes one thread: runs must not depend on the machine.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
            NativeCompat.MarkWeak(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        torch.set_num_threads(1);
    }
}
