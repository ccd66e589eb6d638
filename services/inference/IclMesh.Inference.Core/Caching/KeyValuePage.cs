namespace IclMesh.Inference.Core.Caching;

/// <summary>Keys and values of a fixed number of consecutive tokens, [layer][key, value][head][token][head size]. Written once.</summary>
/// <param name="data">The numbers.</param>
internal sealed class KeyValuePage(float[] data)
{
    /// <summary>The numbers.</summary>
    public float[] Data { get; } = data;

    /// <summary>Nodes and readers that hold this page; guarded by the cache's lock.</summary>
    public int References { get; set; } = 1;
}
