using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>One field of a message that can hold what no RPC takes.</summary>
internal sealed class FieldValues
{
    /// <summary>Fields whose text a model reads: NUL is a character there. Everywhere else text names something, and neither files nor databases take it in a name.</summary>
    private static readonly HashSet<string> TextFields =
    [
        "choices", "content", "content_free_inputs", "input", "inputs", "instruction", "prompt", "separator", "stop_texts", "text", "texts", "unconditional_context",
    ];

    private static readonly SearchValues<char> Suspicious = SearchValues.Create([.. Enumerable.Range('\uD800', 0x800).Select(unit => (char)unit), '\0']);

    private readonly FieldDescriptor value;
    private readonly HashSet<int>? numbers;
    private readonly bool isName;

    public FieldValues(FieldDescriptor field)
    {
        Descriptor = field;
        value = ValueOf(field);
        numbers = value.FieldType == FieldType.Enum ? [.. value.EnumType.Values.Select(known => known.Number)] : null;
        isName = !TextFields.Contains(field.Name);
    }

    public FieldDescriptor Descriptor { get; }

    /// <summary>True for enums, floating-point numbers, text, and messages.</summary>
    public static bool CanBeWrong(FieldDescriptor field) =>
        field.IsMap || ValueOf(field).FieldType is FieldType.Enum or FieldType.Double or FieldType.Float or FieldType.String or FieldType.Message;

    /// <summary>Reports one broken value.</summary>
    public void Check(object held, FieldPath? parent, object? element, ref RequestRules? rules)
    {
        switch (value.FieldType)
        {
            case FieldType.Message:
                RequestValues.Of(value.MessageType).Check((IMessage)held, new(parent, Descriptor, element), skipItems: false, ref rules);
                break;
            case FieldType.Enum when !numbers!.Contains((int)held):
                Refuse(parent, element, $"is no value of {value.EnumType.Name}: {(int)held}", ref rules);
                break;
            case FieldType.Double when !double.IsFinite((double)held):
            case FieldType.Float when !float.IsFinite((float)held):
                Refuse(parent, element, $"must be finite, is {held}", ref rules);
                break;
            case FieldType.String:
                CheckText(Descriptor, (string)held, isName, parent, element, ref rules);
                break;
        }
    }

    /// <summary>Reports numbers that are not finite.</summary>
    public void CheckNumbers(RepeatedField<double> held, FieldPath? parent, ref RequestRules? rules)
    {
        for (var i = 0; i < held.Count; i++)
        {
            if (!double.IsFinite(held[i]))
            {
                Refuse(parent, i, $"must be finite, is {held[i]}", ref rules);
            }
        }
    }

    /// <summary>Reports half a surrogate pair, and NUL in a name.</summary>
    public static void CheckText(FieldDescriptor field, string text, bool isName, FieldPath? parent, object? element, ref RequestRules? rules)
    {
        for (var at = text.AsSpan().IndexOfAny(Suspicious); at >= 0 && at < text.Length; at++)
        {
            if (text[at] == '\0' ? isName : !IsPairAt(text, ref at))
            {
                var problem = text[at] == '\0' ? "must not hold the character NUL" : $"holds text that is not Unicode: half a surrogate pair at character {at}";
                (rules ??= new()).Require(false, FieldPath.Of(parent, field, element), problem);
                return;
            }

            var next = text.AsSpan(at + 1).IndexOfAny(Suspicious);
            if (next < 0)
            {
                return;
            }

            at += next;
        }
    }

    private static bool IsPairAt(string text, ref int at)
    {
        if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
        {
            return false;
        }

        at++;
        return true;
    }

    private static FieldDescriptor ValueOf(FieldDescriptor field) => field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;

    private void Refuse(FieldPath? parent, object? element, string problem, ref RequestRules? rules) =>
        (rules ??= new()).Require(false, FieldPath.Of(parent, Descriptor, element), problem);
}
