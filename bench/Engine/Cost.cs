namespace IclMesh.Bench.Engine;

/// <summary>What one operation cost in the process that ran it, and what it answered.</summary>
/// <param name="Cpu">Processor seconds of the whole process.</param>
/// <param name="Wall">Seconds.</param>
/// <param name="Peak">Largest resident memory since the operation began, bytes.</param>
/// <param name="Answer">Most probable next token (or the last of them), to see that all compute the same.</param>
internal sealed record Cost(double Cpu, double Wall, long Peak, double Answer);
