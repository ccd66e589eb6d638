namespace IclMesh.Inference.Tests.Sources;

/// <summary>A folder that is deleted with this object; open mappings keep their pages.</summary>
internal sealed class TemporaryFiles : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("iclmesh-test-").FullName;

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
