namespace IclMesh.Bench.Engine;

/// <summary>One operation for a worker process, ours or a peer's; one JSON line each way.</summary>
/// <param name="Op"><c>load</c>, <c>prefill</c>, <c>prefill-rows</c>, <c>decode</c>, <c>eight</c>, <c>queries</c>, <c>score</c> or <c>sgemm</c>.</param>
internal sealed record EngineRequest(string Op)
{
    /// <summary>For <c>load</c>: the model file.</summary>
    public string Path { get; init; } = "";

    /// <summary>For <c>load</c>: our precision, or llama.cpp's <c>flash</c> / <c>plain</c> attention.</summary>
    public string Mode { get; init; } = "";

    /// <summary>The prompt, or the shared prefix.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>Further prompts, or the queries behind the prefix.</summary>
    public int[][] Others { get; init; } = [];

    /// <summary>Tokens to generate, or choices to score.</summary>
    public int Count { get; init; }
}
