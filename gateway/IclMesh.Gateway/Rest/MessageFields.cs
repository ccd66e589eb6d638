using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace IclMesh.Gateway.Rest;

/// <summary>The fields of messages by both names that JSON may use: the JSON name and the proto's.</summary>
internal static class MessageFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, Dictionary<string, FieldDescriptor>> Types = new();

    /// <summary>The field of a name; null where the message has none.</summary>
    public static FieldDescriptor? Find(MessageDescriptor type, string name) => Types.GetOrAdd(type, Read).GetValueOrDefault(name);

    private static Dictionary<string, FieldDescriptor> Read(MessageDescriptor type)
    {
        var fields = type.Fields.InFieldNumberOrder().ToDictionary(field => field.Name, StringComparer.Ordinal);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            fields.TryAdd(field.JsonName, field);
        }

        return fields;
    }
}
