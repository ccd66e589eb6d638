namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>How many elements a block of each storage type holds, and how many bytes it takes.</summary>
public static class TensorTypeLayout
{
    extension(TensorType type)
    {
        /// <summary>Elements in a block; 1 for types that are not stored in blocks.</summary>
        public int BlockLength => type switch
        {
            TensorType.F64 or TensorType.F32 or TensorType.F16 or TensorType.BF16 => 1,
            TensorType.Q4_K or TensorType.Q5_K or TensorType.Q6_K => 256,
            _ => 32,
        };

        /// <summary>Bytes of a block.</summary>
        public int BlockBytes => type switch
        {
            TensorType.F64 => 8,
            TensorType.F32 => 4,
            TensorType.F16 or TensorType.BF16 => 2,
            TensorType.Q8_0 => 34,
            TensorType.Q4_0 => 18,
            TensorType.Q4_1 => 20,
            TensorType.Q5_0 => 22,
            TensorType.Q5_1 => 24,
            TensorType.Q4_K => 144,
            TensorType.Q5_K => 176,
            TensorType.Q6_K => 210,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no layout"),
        };
    }
}
