using System.Xml.Linq;
using Google.Protobuf.Reflection;

namespace IclMesh.Gateway.OpenApi;

/// <summary>The comments of the protos, as the compiler carried them into the contracts' documentation file.</summary>
internal sealed class ProtoComments
{
    private readonly Dictionary<string, string> comments;

    private ProtoComments(Dictionary<string, string> comments) => this.comments = comments;

    /// <summary>Reads the file beside the program; a program that was published without it has no comments.</summary>
    public static ProtoComments Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "IclMesh.Contracts.xml");
        return new(File.Exists(path)
            ? XDocument.Load(path).Descendants("member").Where(member => member.Element("summary") is not null)
                .GroupBy(member => Key(member.Attribute("name")!.Value), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Text(group.First().Element("summary")!), StringComparer.Ordinal)
            : []);
    }

    /// <summary>What the proto says of a message.</summary>
    public string Of(MessageDescriptor message) => comments.GetValueOrDefault($"T:{TypeName(message)}", "");

    /// <summary>What the proto says of a field.</summary>
    public string Of(FieldDescriptor field) =>
        comments.GetValueOrDefault($"P:{TypeName(field.ContainingType)}.{char.ToUpperInvariant(field.JsonName[0])}{field.JsonName[1..]}", "");

    /// <summary>What the proto says of an RPC.</summary>
    public string Of(MethodDescriptor method)
    {
        var space = method.InputType.ClrType.Namespace;
        return comments.GetValueOrDefault($"M:{space}.{method.Service.Name}.{method.Service.Name}Base.{method.Name}", "");
    }

    private static string TypeName(MessageDescriptor message) => message.ClrType?.FullName?.Replace('+', '.') ?? "";

    /// <summary>Member names without parameters: an RPC has one server method.</summary>
    private static string Key(string member) => member.IndexOf('(', StringComparison.Ordinal) is var end and > 0 ? member[..end] : member;

    private static string Text(XElement summary) => string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
