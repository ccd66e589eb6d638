using System.Text.Json;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Reads the settings of one JSON object and remembers which, so that a setting nobody reads can be refused by its name.</summary>
/// <remarks>
/// A missing setting takes the default of the reference's configuration class; one that is null counts as missing only where that class
/// allows null. Whatever was not read at the end passes if it is known to be harmless or says nothing (null, false, empty); else it is refused.
/// </remarks>
/// <param name="fields">The object.</param>
internal sealed class SettingsReader(JsonFields fields)
{
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>Path of the file, for errors.</summary>
    public string Path => fields.Path;

    /// <summary>True where the setting is there, null included.</summary>
    public bool Has(string name) => fields.Element.TryGetProperty(name, out _);

    /// <summary>A whole number that the reference has a default for.</summary>
    public int Integer(string name, int missing, int maximum) => Has(name) ? Required(name, maximum) : Checked(name, missing, maximum, isDefault: true);

    /// <summary>A whole number that may be null; null or missing gives null.</summary>
    public int? OptionalInteger(string name, int maximum) => Take(name).Integer(name) is { } value ? Checked(name, value, maximum) : null;

    /// <summary>A whole number from 1 on that must be there: no default of a whole architecture suits a file that leaves it out.</summary>
    public int Required(string name, int maximum) => Checked(name, NotNull(name).RequiredInteger(name), maximum);

    /// <summary>A finite number.</summary>
    public double Number(string name, double missing) => NotNull(name).Number(name) ?? missing;

    /// <summary>A flag.</summary>
    public bool Flag(string name, bool missing) => NotNull(name).Flag(name) ?? missing;

    /// <summary>A text.</summary>
    public string Text(string name, string missing, bool nullable = false) => (nullable ? Take(name) : NotNull(name)).Text(name) ?? missing;

    /// <summary>An object that may be null.</summary>
    public JsonFields? Object(string name) => Take(name).Object(name);

    /// <summary>A list that may be null.</summary>
    public IReadOnlyList<JsonElement> List(string name) => Take(name).List(name);

    /// <summary>The spelling that a file uses of a setting with two; both must agree.</summary>
    public string Spelling(string name, string alias)
    {
        if (Has(name) && Has(alias) && fields.Element.GetProperty(name).GetRawText() != fields.Element.GetProperty(alias).GetRawText())
        {
            throw FileFaults.Corrupt(Path, $"{name} and {alias} are two spellings of one setting and differ");
        }

        Take(name);
        Take(alias);
        return Has(alias) ? alias : name;
    }

    /// <summary>A flag that no graph here builds other than one way.</summary>
    public void Only(string name, bool value)
    {
        if (Flag(name, value) != value)
        {
            throw FileFaults.Unsupported(Path, $"{name} = {fields.Find(name)} is not supported for this model_type");
        }
    }

    /// <summary>A text that may say one thing only.</summary>
    public void Only(string name, params string[] known)
    {
        var text = Text(name, known[0]);
        if (!known.Contains(text))
        {
            throw FileFaults.Unsupported(Path, $"{name} '{text}' is not supported, {string.Join(" or ", known)} is");
        }
    }

    /// <summary>Settings that the reference's model of this family does not look at, whatever they say.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            read.Add(name);
        }
    }

    /// <summary>Refuses what nobody read.</summary>
    /// <param name="harmless">True for settings that shape no result of any family.</param>
    /// <param name="what">What the object is, before the name.</param>
    public void RefuseUnread(Func<string, bool> harmless, string what = "")
    {
        foreach (var field in fields.Element.EnumerateObject())
        {
            if (!read.Contains(field.Name) && !harmless(field.Name) && !SaysNothing(field.Value))
            {
                throw FileFaults.Unsupported(Path, $"{what}{field.Name} is not read and may change results, so it is not ignored: remove it if it does not");
            }
        }
    }

    private static bool SaysNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private JsonFields Take(string name)
    {
        read.Add(name);
        return fields;
    }

    private JsonFields NotNull(string name) =>
        fields.Element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null
            ? throw FileFaults.Corrupt(Path, $"{name} must not be null")
            : Take(name);

    private int Checked(string name, int value, int maximum, bool isDefault = false) => value >= 1 && value <= maximum
        ? value
        : throw FileFaults.Corrupt(Path, $"{name} must be between 1 and {maximum}, is {value}{(isDefault ? ", the default of this model_type" : "")}");
}
