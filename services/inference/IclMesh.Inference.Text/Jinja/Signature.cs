namespace IclMesh.Inference.Text.Jinja;

/// <summary>A filter, test, function or method with the names of its arguments: one that it does not know is refused, never passed over.</summary>
/// <param name="Parameters">Names by position; a last one of <c>*</c> takes any number, named ones too.</param>
/// <param name="Work">What it does.</param>
internal sealed record Signature<T>(IReadOnlyList<string> Parameters, T Work)
{
    /// <summary>Signatures by name, from entries such as <c>replace old new count</c>.</summary>
    public static Dictionary<string, Signature<T>> Table(Dictionary<string, T> entries) => entries
        .Select(entry => (Words: entry.Key.Split(' '), Work: entry.Value))
        .ToDictionary(entry => entry.Words[0], entry => new Signature<T>(entry.Words[1..], entry.Work), StringComparer.Ordinal);

    /// <summary>What it does, where the arguments are those that it knows.</summary>
    /// <param name="what">Its kind and name, for errors.</param>
    /// <param name="arguments">The arguments.</param>
    public T For(string what, Arguments arguments)
    {
        if (Parameters is [.., "*"])
        {
            return Work;
        }

        if (arguments.Positional.Count > Parameters.Count)
        {
            throw new TemplateException(TemplateFault.Unsupported, $"{what} takes at most {Parameters.Count} arguments here, not {arguments.Positional.Count}");
        }

        foreach (var name in arguments.Named.Keys)
        {
            var position = Parameters.Index().Where(parameter => parameter.Item == name).Select(parameter => parameter.Index).FirstOrDefault(-1);
            if (position < arguments.Positional.Count)
            {
                throw new TemplateException(
                    TemplateFault.Unsupported, position < 0 ? $"the argument '{name}' of {what} is not supported" : $"{what} is given '{name}' twice");
            }
        }

        return Work;
    }
}
