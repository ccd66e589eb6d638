using System.Text;
using System.Text.Json.Nodes;

namespace IclMesh.Fuzz.Mutants;

/// <summary>The files of a model folder in memory; changing one gives a new folder.</summary>
/// <param name="name">Name of the folder.</param>
/// <param name="files">Contents by path inside the folder.</param>
internal sealed class ModelFiles(string name, IReadOnlyDictionary<string, byte[]> files)
{
    public const string Configuration = "config.json";
    public const string Weights = "model.safetensors";

    public string Name => name;

    public IReadOnlyDictionary<string, byte[]> Files => files;

    /// <summary>Reads a folder; expected values are no part of a model.</summary>
    public static ModelFiles Read(string folder) => new(
        Path.GetFileName(folder),
        Directory.GetFiles(folder).Where(file => !Path.GetFileName(file).StartsWith("expected.", StringComparison.Ordinal)).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes));

    /// <summary>Reads one GGUF file.</summary>
    public static ModelFiles ReadGguf(string file) => new(Path.GetFileName(file), new Dictionary<string, byte[]> { [GgufEditor.File] = File.ReadAllBytes(file) });

    public ModelFiles With(string file, byte[]? content)
    {
        var changed = files.ToDictionary();
        if (content is null)
        {
            changed.Remove(file);
        }
        else
        {
            changed[file] = content;
        }

        return new(name, changed);
    }

    public ModelFiles With(string file, string content) => With(file, Encoding.UTF8.GetBytes(content));

    /// <summary>The settings; a copy that may be changed.</summary>
    public JsonObject Settings() => JsonNode.Parse(files[Configuration])!.AsObject();

    public ModelFiles With(JsonObject settings) => With(Configuration, settings.ToJsonString());

    public void Write(string folder)
    {
        foreach (var (file, content) in files)
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
