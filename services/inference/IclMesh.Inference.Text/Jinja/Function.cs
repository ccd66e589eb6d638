namespace IclMesh.Inference.Text.Jinja;

/// <summary>Something that a template can call.</summary>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Work">Does the work.</param>
/// <param name="Parameters">Names of its arguments, with blanks between them, as <see cref="Signature{T}"/> reads them.</param>
internal sealed record Function(string Name, Func<Arguments, object?> Work, string Parameters = "")
{
    public object? Invoke(Arguments arguments) =>
        new Signature<Func<Arguments, object?>>(Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries), Work).For($"'{Name}'", arguments)(arguments);
}
