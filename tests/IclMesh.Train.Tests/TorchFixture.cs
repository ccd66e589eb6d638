[assembly: AssemblyFixture(typeof(IclMesh.Train.Tests.TorchFixture))]

namespace IclMesh.Train.Tests;

/// <summary>Makes the native library loadable, as the program does at its start.</summary>
public sealed class TorchFixture
{
    public TorchFixture() => NativeLibraries.Prepare();
}
