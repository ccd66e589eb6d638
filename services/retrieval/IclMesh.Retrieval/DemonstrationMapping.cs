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
        Metadata = ToMetadata(wire.Metadata, rules),
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
        if (core.Metadata.Count > 0)
        {
            wire.Metadata = new();
            foreach (var (key, value) in core.Metadata)
            {
                wire.Metadata.Fields.Add(key, ToWire(value));
            }
        }

        if (includeVector)
        {
            wire.Vector = VectorBytes.Write(core.Vector);
        }

        return wire;
    }

    private static Dictionary<string, MetadataValue> ToMetadata(Struct? wire, RequestRules rules)
    {
        var metadata = new Dictionary<string, MetadataValue>();
        foreach (var (key, value) in wire?.Fields ?? [])
        {
            switch (value.KindCase)
            {
                case Value.KindOneofCase.StringValue:
                    metadata.Add(key, MetadataValue.Of(value.StringValue));
                    break;
                case Value.KindOneofCase.NumberValue:
                    metadata.Add(key, MetadataValue.Of(value.NumberValue));
                    break;
                case Value.KindOneofCase.BoolValue:
                    metadata.Add(key, MetadataValue.Of(value.BoolValue));
                    break;
                default:
                    rules.Require(false, $"metadata[{key}]", $"must be a string, a number or a Boolean, is {value.KindCase}");
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
