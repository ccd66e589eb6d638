using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Engine.Families;

/// <summary>Finds the builder of a family.</summary>
internal static class DecoderFamilies
{
    /// <summary>Writes a model's whole graph.</summary>
    /// <exception cref="MeshException"><see cref="ErrorReasons.CapabilityMissing"/> where the family is no decoder.</exception>
    public static void Write(DecoderGraph graph)
    {
        Action<DecoderGraph> write = graph.Configuration.Family switch
        {
            ModelFamily.Llama or ModelFamily.Qwen2 or ModelFamily.Qwen3 => LlamaFamily.Write,
            ModelFamily.Gpt2 => Gpt2Family.Write,
            ModelFamily.GptJ => GptJFamily.Write,
            ModelFamily.GptNeoX => GptNeoXFamily.Write,
            ModelFamily.IclMeshTiny => TinyFamily.Write,
            var family => throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, $"{family} is an encoder and cannot predict tokens"),
        };
        write(graph);
    }
}
