using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Holds a component of tokenizer.json to the settings that are known for it: none is passed over, none that matters is guessed.</summary>
internal static class ComponentFields
{
    /// <param name="component">The component, for errors.</param>
    /// <param name="settings">Its object.</param>
    /// <param name="required">Names that must be there, with blanks between them: what the tokenizers library requires and what changes results.</param>
    /// <param name="optional">Names that may be there.</param>
    /// <exception cref="MeshException">A name is missing, or not known.</exception>
    public static void Check(string component, JsonFields settings, string required = "", string optional = "")
    {
        string[] needed = required.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] known = ["type", .. needed, .. optional.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (Array.Find(needed, name => !settings.Element.TryGetProperty(name, out _)) is { } missing)
        {
            throw FileFaults.Corrupt(settings.Path, $"{component}: {missing} is missing");
        }

        foreach (var member in settings.Element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw FileFaults.Unsupported(settings.Path, $"{component}: the setting '{member.Name}' is not supported");
            }
        }
    }
}
