using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace IclMesh.Testing.Requests;

/// <summary>Makes requests out of a message's descriptor: valid ones with one to four things changed, wherever they are nested.</summary>
/// <remarks>
/// Numbers at the ends of their ranges, NaN, odd and very long text, unknown enum numbers, submessages that are missing or empty, repeated fields and maps
/// that are empty, doubled or overlong, damaged tokens and vectors. It knows no service: the same seed and the same valid messages make the
/// same sequence, so that a failure is repeated by its seed and place.
/// </remarks>
public sealed class RequestGenerator
{
    private const int MostChanges = 4;
    private const int MostDepth = 12;
    private const int Overlong = 10_001;
    private const int MostGrownBytes = 1 << 20;

    private readonly MessageDescriptor descriptor;
    private readonly IReadOnlyList<IMessage> valid;
    private readonly Random random;
    private readonly OddValues odd;

    /// <summary>Starts a sequence.</summary>
    /// <param name="descriptor">The message to make.</param>
    /// <param name="valid">Messages of that type that a service accepts; without any, everything starts from the empty one.</param>
    /// <param name="seed">Decides everything.</param>
    /// <exception cref="ArgumentException">A valid message is of another type.</exception>
    public RequestGenerator(MessageDescriptor descriptor, IReadOnlyList<IMessage> valid, int seed)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(valid);
        if (valid.FirstOrDefault(message => message.Descriptor.FullName != descriptor.FullName) is { } other)
        {
            throw new ArgumentException($"a {other.Descriptor.FullName} is no {descriptor.FullName}", nameof(valid));
        }

        this.descriptor = descriptor;
        this.valid = valid;
        random = new(seed);
        odd = new(random);
    }

    /// <summary>The next message; nobody else holds it.</summary>
    public IMessage Next()
    {
        var message = valid.Count == 0 || random.Next(16) == 0
            ? Empty(descriptor)
            : descriptor.Parser.ParseFrom(valid[random.Next(valid.Count)].ToByteString());
        for (var changes = random.Next(MostChanges) + 1; changes > 0; changes--)
        {
            Change(message);
        }

        return message;
    }

    private static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    /// <summary>Changes one field of the message or of one of those within it.</summary>
    private void Change(IMessage message)
    {
        var nested = new List<IMessage>();
        Collect(message, nested, 0);
        var target = random.Next(3) == 0 ? message : nested[random.Next(nested.Count)];
        var fields = target.Descriptor.Fields.InFieldNumberOrder();
        if (fields.Count == 0)
        {
            return;
        }

        var field = fields[random.Next(fields.Count)];
        if (field.IsMap)
        {
            ChangeMap(field, (IDictionary)field.Accessor.GetValue(target));
        }
        else if (field.IsRepeated)
        {
            ChangeList(field, (IList)field.Accessor.GetValue(target));
        }
        else if (random.Next(6) == 0)
        {
            field.Accessor.Clear(target);
        }
        else
        {
            field.Accessor.SetValue(target, Element(field, field.Accessor.GetValue(target)));
        }
    }

    private static void Collect(IMessage message, List<IMessage> into, int depth)
    {
        into.Add(message);
        if (depth == MostDepth)
        {
            return;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            IEnumerable parts = value switch
            {
                IDictionary map => map.Values,
                IList list => list,
                IMessage single => new[] { single },
                _ => Array.Empty<object>(),
            };
            foreach (var part in parts.OfType<IMessage>())
            {
                Collect(part, into, depth + 1);
            }
        }
    }

    private void ChangeList(FieldDescriptor field, IList list)
    {
        switch (random.Next(6))
        {
            case 0:
                list.Clear();
                break;
            case 1 when list.Count > 0:
                list.Add(list[random.Next(list.Count)]);
                break;
            case 2 when list.Count > 0:
                list.RemoveAt(random.Next(list.Count));
                break;
            case 3 when random.Next(8) == 0:
                var copied = Element(field, null);
                var copies = Math.Min(Overlong, MostGrownBytes / Math.Max(1, Size(copied)));
                for (var i = 0; i < copies; i++)
                {
                    list.Add(copied);
                }

                break;
            case 4 when list.Count > 0:
                var place = random.Next(list.Count);
                list[place] = Element(field, list[place]);
                break;
            default:
                list.Add(Element(field, list.Count > 0 ? list[0] : null));
                break;
        }
    }

    private void ChangeMap(FieldDescriptor field, IDictionary map)
    {
        var key = field.MessageType.Fields[1];
        var value = field.MessageType.Fields[2];
        var keys = map.Keys.Cast<object>().ToArray();
        switch (random.Next(5))
        {
            case 0:
                map.Clear();
                break;
            case 1 when keys.Length > 0:
                map.Remove(keys[random.Next(keys.Length)]);
                break;
            case 2 when keys.Length > 0:
                var known = keys[random.Next(keys.Length)];
                map[known] = Element(value, map[known]);
                break;
            case 3 when key.FieldType == FieldType.String:
                var many = Element(value, null);
                for (var i = random.Next(2) == 0 ? 65 : 1_000; i > 0; i--)
                {
                    map[$"key {i}"] = many;
                }

                break;
            default:
                map[odd.For(key, keys.FirstOrDefault())] = Element(value, null);
                break;
        }
    }

    /// <summary>A value of a field's type.</summary>
    private object Element(FieldDescriptor field, object? current)
    {
        if (field.FieldType is not (FieldType.Message or FieldType.Group))
        {
            return odd.For(field, current);
        }

        var message = current is IMessage old && random.Next(2) == 0
            ? field.MessageType.Parser.ParseFrom(old.ToByteString())
            : Empty(field.MessageType);
        if (random.Next(2) == 0)
        {
            Change(message);
        }

        return message;
    }

    private static int Size(object value) => value switch
    {
        IMessage message => message.CalculateSize(),
        ByteString bytes => bytes.Length,
        string text => text.Length * 3,
        _ => sizeof(double),
    };
}
