namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>What the hub says about a file before it is fetched.</summary>
/// <param name="Name">Path in the repository.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">64 hexadecimal digits are the SHA-256 of the content, 40 the id of its git blob.</param>
internal sealed record HubFile(string Name, long Length, string Checksum);
