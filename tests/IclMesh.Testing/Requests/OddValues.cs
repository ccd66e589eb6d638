using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace IclMesh.Testing.Requests;

/// <summary>Values that services are seldom asked with: the ends of every range, and text and bytes that are easily mishandled.</summary>
/// <param name="random">Decides; the same seed makes the same values.</param>
public sealed class OddValues(Random random)
{
    private const int LongText = 100_000;

    private static readonly string[] Texts =
    [
        "", " ", "\t\n", "\0", "a\0b", "\u200b", "\u200d", "\ufeff", "\ufffd", "\u202egnp.exe", "\u0001\u001b]52;c;QQ==\u0007", "é", "e\u0301",
        "①", "H₂O", "ﬁ", "İ", "ß", "東京タワー", "ภาษาไทย", "हिन्दी", "👩‍👩‍👧", "\U0001F600", "\U0010FFFF", "..", "../../x", "/etc/passwd", "a/b", "a/b/c",
        "/", "%2e%2e", "'", "\"", "' OR 1=1 --", "(", ")", "not", "$1", "{{ x }}", "{% for %}", "<|im_end|>", "[", "\\", "NaN", "-1", "1e999", "null", "true",
        "metadata.x == 9007199254740993", "label == 'positive'", "((((((((((", "AAAAAAAAAAA", "AAAAAAAAAAAA",
    ];

    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 7, 31, 64, 100, 255, 256, 999, 1000, 1001, 4096, 10_000, 10_001, 65_535, 65_536, 65_537, int.MaxValue - 1, int.MaxValue, int.MinValue,
        uint.MaxValue, 1L + uint.MaxValue, 9_007_199_254_740_993, long.MaxValue - 1, long.MaxValue, long.MinValue,
    ];

    private static readonly double[] Reals =
    [
        0, -0.0, 1, -1, 0.5, 1.0000001, 2, 1e-30, 1e30, 1e-320, float.MaxValue, double.MaxValue, double.MinValue, double.Epsilon, double.NaN,
        double.PositiveInfinity, double.NegativeInfinity, int.MaxValue, 9_007_199_254_740_993,
    ];

    /// <summary>A value for a field of a type other than message, as protobuf's reflection takes it.</summary>
    /// <param name="field">The field; repeated ones give one element.</param>
    /// <param name="current">The present value, which is sometimes only damaged.</param>
    public object For(FieldDescriptor field, object? current) => field.FieldType switch
    {
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => unchecked((int)Number()),
        FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)Number()),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number(),
        FieldType.UInt64 or FieldType.Fixed64 => unchecked((ulong)Number()),
        FieldType.Float => (float)Reals[random.Next(Reals.Length)],
        FieldType.Double => Reals[random.Next(Reals.Length)],
        FieldType.Enum => Choice(field.EnumType),
        FieldType.String => Text((string?)current ?? ""),
        FieldType.Bytes => Bytes((ByteString?)current ?? ByteString.Empty),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.FieldType, "is no scalar"),
    };

    private long Number() => random.Next(8) == 0 ? random.NextInt64() : Numbers[random.Next(Numbers.Length)];

    private object Choice(EnumDescriptor type)
    {
        var number = random.Next(3) == 0
            ? (int)Numbers[random.Next(Numbers.Length)]
            : type.Values[random.Next(type.Values.Count)].Number;
        return Enum.ToObject(type.ClrType, number);
    }

    private string Text(string current) => random.Next(24) switch
    {
        0 => new string('x', LongText),
        1 => string.Concat(Enumerable.Repeat("字\u0301", LongText / 4)),
        2 => new string('(', 5_000),
        3 or 4 => current + Texts[random.Next(Texts.Length)],
        5 or 6 => Texts[random.Next(Texts.Length)] + current,
        7 or 8 => Cut(current),
        9 or 10 => Exchange(current),
        11 => new string('a', 1 << random.Next(14)),
        _ => Texts[random.Next(Texts.Length)],
    };

    private string Cut(string text)
    {
        var length = random.Next(text.Length + 1);
        return length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }

    private string Exchange(string text)
    {
        if (text.Length == 0 || text.Any(char.IsSurrogate))
        {
            return "x";
        }

        var place = random.Next(text.Length);
        return string.Concat(text.AsSpan(0, place), [(char)random.Next(1, 0xD800)], text.AsSpan(place + 1));
    }

    /// <summary>Bytes are mostly vectors of binary32: their length is broken, or one number in them.</summary>
    private ByteString Bytes(ByteString current)
    {
        var bytes = current.ToByteArray();
        switch (random.Next(8))
        {
            case 0:
                return ByteString.Empty;
            case 1:
                return ByteString.CopyFrom(bytes, 0, Math.Max(0, bytes.Length - 1));
            case 2:
                return ByteString.CopyFrom([.. bytes, 0, 0, 0, 0]);
            case 3:
                return ByteString.CopyFrom([.. bytes, .. bytes]);
            case 4:
                return ByteString.CopyFrom(new byte[bytes.Length]);
            case 5:
                return ByteString.CopyFrom(new byte[random.Next(LongText)]);
            default:
                if (bytes.Length >= sizeof(float))
                {
                    var place = random.Next(bytes.Length / sizeof(float)) * sizeof(float);
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(place), (float)Reals[random.Next(Reals.Length)]);
                }

                return ByteString.CopyFrom(bytes);
        }
    }
}
