using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>The fields of one message type that can hold what no RPC takes.</summary>
internal sealed class MessageValues(MessageDescriptor type)
{
    // Types may hold themselves: their fields are looked at when the first message comes.
    private readonly Lazy<FieldValues[]> fields = new(() => [.. type.Fields.InFieldNumberOrder().Where(FieldValues.CanBeWrong).Select(field => new FieldValues(field))]);

    /// <summary>Reports every broken value of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="parent">Where it stands; null at the top.</param>
    /// <param name="skipItems">Leaves out lists of messages, which their RPC answers one by one.</param>
    /// <param name="rules">Takes the violations; made with the first.</param>
    public void Check(IMessage message, FieldPath? parent, bool skipItems, ref RequestRules? rules)
    {
        foreach (var field in fields.Value)
        {
            switch (field.Descriptor.Accessor.GetValue(message))
            {
                case null:
                    break;
                case RepeatedField<double> numbers:
                    field.CheckNumbers(numbers, parent, ref rules);
                    break;
                case IDictionary map:
                    CheckMap(field, map, parent, ref rules);
                    break;
                case IList list when !skipItems || field.Descriptor.FieldType != FieldType.Message:
                    for (var i = 0; i < list.Count; i++)
                    {
                        field.Check(list[i]!, parent, i, ref rules);
                    }

                    break;
                case IList:
                    break;
                case var value:
                    field.Check(value, parent, element: null, ref rules);
                    break;
            }
        }
    }

    private static void CheckMap(FieldValues field, IDictionary map, FieldPath? parent, ref RequestRules? rules)
    {
        foreach (DictionaryEntry entry in map)
        {
            if (entry.Key is string key)
            {
                FieldValues.CheckText(field.Descriptor, key, isName: true, parent, element: key, ref rules);
            }

            field.Check(entry.Value!, parent, entry.Key, ref rules);
        }
    }
}
