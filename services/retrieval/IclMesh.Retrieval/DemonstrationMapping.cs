using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval;

/// <summary>Demonstrations between the wire and the core.</summary>
internal static class DemonstrationMapping
{
    /// <summary>Reads a demonstration; what the core cannot hold is reported.</summary>
    /// <param name="wire">The demonstration.</param>
    /// <param name="rules">Receives the violations, by field of the demonstration.</param>
    public static Demonstration ToCore(this V1.Demonstration wire, RequestRules rules) => new()
    {
        Id = wire.Id,
        Text = wire.Text,
        Label = wire.Label,
        LabelDistribution = wire.LabelDistribution.Count == 0 ? null : wire.LabelDistribution.ToDictionary(),
        Vector = VectorBytes.Read("vector", wire.Vector, rules),
        Metadata = ToMetadata(wire, rules),
        Split = wire.Split,
    };

    /// <summary>Writes a demonstration.</summary>
    /// <param name="core">The demonstration.</param>
    /// <param name="includeVector">True writes the vector as well.</param>
    public static V1.Demonstration ToWire(this Demonstration core, bool includeVector)
    {
        var wire = new V1.Demonstration
        {
            Id = core.Id,
            Text = core.Text,
            Label = core.Label,
            Split = core.Split,
            Version = core.Version,
            Deleted = core.Deleted,
            LabelDistribution = { core.LabelDistribution?.ToDictionary() ?? [] },
        };
        foreach (var (key, value) in core.Metadata)
        {
            if (value.Whole is { } whole && !IsCertain(whole))
            {
                wire.MetadataIntegers.Add(key, whole);
            }
            else
            {
                (wire.Metadata ??= new()).Fields.Add(key, ToWire(value));
            }
        }

        if (includeVector)
        {
            wire.Vector = VectorBytes.Write(core.Vector);
        }

        return wire;
    }

    /// <summary>From 2^53 on, several whole numbers share one binary64: which of them the sender wrote is lost.</summary>
    private static bool IsCertain(double number) => Math.Abs(number) < 1L << 53;

    private static Dictionary<string, MetadataValue> ToMetadata(V1.Demonstration wire, RequestRules rules)
    {
        var metadata = wire.MetadataIntegers.ToDictionary(entry => entry.Key, entry => MetadataValue.Of(entry.Value));
        foreach (var (key, value) in wire.Metadata?.Fields ?? [])
        {
            var field = $"metadata[{StoredText.Shown(key)}]";
            if (!rules.Require(!metadata.ContainsKey(key), field, "is a key of metadata_integers too"))
            {
                continue;
            }

            switch (value.KindCase)
            {
                case Value.KindOneofCase.StringValue:
                    metadata.Add(key, MetadataValue.Of(value.StringValue));
                    break;
                case Value.KindOneofCase.NumberValue:
                    rules.Require(
                        !double.IsFinite(value.NumberValue) || IsCertain(value.NumberValue),
                        field,
                        $"is {value.NumberValue:R}: numbers of 2^53 and more may have lost digits on their way; send whole ones in metadata_integers, others as text");
                    metadata.Add(key, MetadataValue.Of(value.NumberValue));
                    break;
                case Value.KindOneofCase.BoolValue:
                    metadata.Add(key, MetadataValue.Of(value.BoolValue));
                    break;
                default:
                    rules.Require(false, field, $"must be a string, a number or a Boolean, is {value.KindCase}");
                    break;
            }
        }

        return metadata;
    }

    private static Value ToWire(MetadataValue value) => value.Kind switch
    {
        MetadataKind.Text => Value.ForString(value.Text),
        MetadataKind.Number => Value.ForNumber(value.Number),
        _ => Value.ForBool(value.Flag),
    };
}
