namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>How a tensor's elements are stored in a model file.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary64, rounded to binary32 when read.</summary>
    F64,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of binary32.</summary>
    BF16,

    /// <summary>GGUF blocks of 32: 8 bits and an fp16 scale.</summary>
    Q8_0,

    /// <summary>GGUF blocks of 32: 4 bits and an fp16 scale, zero point 8.</summary>
    Q4_0,

    /// <summary>GGUF blocks of 32: 4 bits, an fp16 scale and an fp16 minimum.</summary>
    Q4_1,

    /// <summary>GGUF blocks of 32: 5 bits and an fp16 scale, zero point 16.</summary>
    Q5_0,

    /// <summary>GGUF blocks of 32: 5 bits, an fp16 scale and an fp16 minimum.</summary>
    Q5_1,

    /// <summary>GGUF super-blocks of 256: 4 bits, scales and minima of 6 bits.</summary>
    Q4_K,

    /// <summary>GGUF super-blocks of 256: 5 bits, scales and minima of 6 bits.</summary>
    Q5_K,

    /// <summary>GGUF super-blocks of 256: 6 bits, scales of 8 bits.</summary>
    Q6_K,
}
