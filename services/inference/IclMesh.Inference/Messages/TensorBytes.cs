using System.Runtime.InteropServices;
using Google.Protobuf;

namespace IclMesh.Inference.Messages;

/// <summary>Floats as the protos carry them.</summary>
internal static class TensorBytes
{
    /// <summary>Little-endian bytes; every platform that .NET runs on is little-endian.</summary>
    public static ByteString ToLittleEndian(this float[] values) => ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
}
