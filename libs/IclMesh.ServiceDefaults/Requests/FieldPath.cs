using Google.Protobuf.Reflection;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>Where a message stands in a request; written out only where something is wrong.</summary>
/// <param name="parent">The message around it; null at the top.</param>
/// <param name="field">Field that holds it.</param>
/// <param name="element">Index or key of it; null for a field of one value.</param>
public sealed class FieldPath(FieldPath? parent, FieldDescriptor field, object? element)
{
    /// <summary>Path of a field, as the protos spell it.</summary>
    /// <param name="parent">The message around it; null at the top.</param>
    /// <param name="field">The field.</param>
    /// <param name="element">Index or key; null for a field of one value.</param>
    public static string Of(FieldPath? parent, FieldDescriptor field, object? element)
    {
        var own = element switch
        {
            null => field.Name,
            string key => $"{field.Name}[\"{key}\"]",
            _ => $"{field.Name}[{element}]",
        };
        return parent is null ? own : $"{parent}.{own}";
    }

    /// <summary>The whole path.</summary>
    public override string ToString() => Of(parent, field, element);
}
