using Google.Protobuf.Reflection;
using Microsoft.Extensions.Primitives;

namespace IclMesh.Gateway.Rest;

/// <summary>Reads query parameters against the request that they stand for.</summary>
internal static class QueryParameters
{
    /// <summary>The parameters as transcoding reads them: all known, none twice, numbers in their shortest form.</summary>
    /// <exception cref="MeshException">A parameter is no field of the request, or no value of its field.</exception>
    public static QueryCollection Check(IQueryCollection query, RestCall call)
    {
        var rules = new RequestRules();
        var read = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var (name, values) in query)
        {
            var path = Resolve(call.Request, name);
            if (!rules.Require(path is not null, name, $"is no field of {call.Request.Name}"))
            {
                continue;
            }

            var field = path![^1];
            var own = string.Join('.', path.Select(step => step.Name));
            if (rules.Require(field.FieldType != FieldType.Message && !field.IsMap && call.QueryTaken(own), own, "cannot be a query parameter of this call")
                && rules.Require(field.IsRepeated || values.Count == 1, own, "is given more than once")
                && rules.Require(!read.ContainsKey(own), own, "is given by two names"))
            {
                read[own] = new([.. values.Select(value => Value(rules, field, own, value ?? ""))]);
            }
        }

        rules.ThrowIfBroken();
        return new(read);
    }

    private static string Value(RequestRules rules, FieldDescriptor field, string own, string text)
    {
        var value = field.FieldType switch
        {
            FieldType.String or FieldType.Bytes => text,
            FieldType.Bool => text is "true" or "false" ? text : null,
            FieldType.Enum => JsonScalar.EnumName(field, text),
            FieldType.Double or FieldType.Float => JsonScalar.Real(field, text) is null ? null : text,
            _ => JsonScalar.Whole(field, text),
        };
        rules.Require(value is not null, own, field.FieldType switch
        {
            FieldType.Bool => $"must be true or false, is '{text}'",
            FieldType.Enum => $"is no value of {field.EnumType.Name}: '{text}'",
            FieldType.Double or FieldType.Float => $"must be a finite number, is '{text}'",
            _ => $"must be {JsonScalar.Limits(field)}, is '{text}'",
        });
        return value ?? "";
    }

    private static List<FieldDescriptor>? Resolve(MessageDescriptor type, string name)
    {
        var path = new List<FieldDescriptor>();
        MessageDescriptor? inside = type;
        foreach (var step in name.Split('.'))
        {
            if (inside is null || MessageFields.Find(inside, step) is not { } field)
            {
                return null;
            }

            path.Add(field);
            inside = field is { FieldType: FieldType.Message, IsRepeated: false } ? field.MessageType : null;
        }

        return path;
    }
}
