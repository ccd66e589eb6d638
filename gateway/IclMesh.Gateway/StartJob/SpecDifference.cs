using Google.Protobuf;

namespace IclMesh.Gateway.StartJob;

/// <summary>Names the fields in which two messages differ.</summary>
internal static class SpecDifference
{
    /// <summary>Paths of the fields that differ; a repeated field counts as one.</summary>
    public static IReadOnlyList<string> Of(IMessage left, IMessage right, string prefix = "spec")
    {
        var paths = new List<string>();
        foreach (var field in left.Descriptor.Fields.InDeclarationOrder())
        {
            var (a, b) = (field.Accessor.GetValue(left), field.Accessor.GetValue(right));
            var path = $"{prefix}.{field.Name}";
            if (!field.IsRepeated && a is IMessage inner && b is IMessage other)
            {
                paths.AddRange(Of(inner, other, path));
            }
            else if (!Equals(a, b) || (field.HasPresence && field.Accessor.HasValue(left) != field.Accessor.HasValue(right)))
            {
                paths.Add(path);
            }
        }

        return paths;
    }
}
