using System.Text.Json.Nodes;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>Copies of model folders with something changed.</summary>
internal static class ModelCopies
{
    /// <summary>Copies a model folder.</summary>
    /// <returns>Path of the copy.</returns>
    public static string Copy(this TemporaryFolder folder, string model, string name)
    {
        foreach (var file in Directory.GetFiles(model, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine(name, Path.GetRelativePath(model, file)), File.ReadAllBytes(file));
        }

        return Path.Combine(folder.Path, name);
    }

    /// <summary>Copies a model folder and changes its config.json.</summary>
    public static string Copy(this TemporaryFolder folder, string model, string name, Action<JsonObject> change)
    {
        var copy = folder.Copy(model, name);
        Change(copy, "config.json", change);
        return copy;
    }

    /// <summary>Changes a JSON file of a model folder, or makes it.</summary>
    public static void Change(string model, string file, Action<JsonObject> change)
    {
        var path = Path.Combine(model, file);
        var settings = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
        change(settings);
        File.WriteAllText(path, settings.ToJsonString());
    }
}
