namespace IclMesh.Gateway.Jobs;

/// <summary>Prompts of one condition that were recorded and stored together.</summary>
/// <param name="Condition">Name of the condition.</param>
/// <param name="Number">Number of the shard within the condition, from 0.</param>
/// <param name="Records">JSON Lines, one line a prompt.</param>
/// <param name="Tensors">Tensors of these prompts in the safetensors format; empty where there are none.</param>
internal sealed record JobShard(string Condition, int Number, byte[] Records, byte[] Tensors);
