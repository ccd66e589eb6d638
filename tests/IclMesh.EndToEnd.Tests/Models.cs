namespace IclMesh.EndToEnd.Tests;

/// <summary>The models that ship with the product: these tests need nothing else.</summary>
internal static class Models
{
    public const string Language = "iclmesh-tiny";
    public const string Encoder = "iclmesh-tiny-embed";

    /// <summary>Settings under which only they are found.</summary>
    public static (string Key, string Value)[] Only { get; } = [("ICLMESH_MODELS", ""), ("ICLMESH_OFFLINE", "1")];
}
