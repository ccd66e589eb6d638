using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval;

/// <summary>Vectors on the wire: IEEE 754 binary32, little-endian.</summary>
internal static class VectorBytes
{
    /// <summary>Reads a vector; one of odd length is reported, and read as far as it goes.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="rules">Receives the violation.</param>
    public static float[] Read(string field, ByteString bytes, RequestRules rules)
    {
        rules.Require(
            bytes.Length % sizeof(float) == 0 && bytes.Length <= CollectionSchema.MaxDimension * sizeof(float),
            field,
            $"must be 4 bytes a component and at most {CollectionSchema.MaxDimension} components, has {bytes.Length} bytes");
        return MemoryMarshal.Cast<byte, float>(bytes.Span[..(bytes.Length & ~3)]).ToArray();
    }

    /// <summary>Writes a vector.</summary>
    /// <param name="vector">The vector.</param>
    public static ByteString Write(ReadOnlySpan<float> vector) => ByteString.CopyFrom(MemoryMarshal.AsBytes(vector));
}
