using System.Text.RegularExpressions;
using Google.Api;

namespace IclMesh.Gateway.OpenApi;

/// <summary>Where an RPC is served.</summary>
/// <param name="Verb">HTTP verb, in small letters.</param>
/// <param name="Path">Path with its variables as OpenAPI writes them, by the last part of their names: one path holds all its verbs.</param>
/// <param name="Variables">Fields of the request that are in the path.</param>
/// <param name="Body">Field of the request that is the body, <c>*</c> for all others, empty for none.</param>
internal sealed partial record HttpRoute(string Verb, string Path, IReadOnlyList<string> Variables, string Body)
{
    public static HttpRoute Of(HttpRule rule)
    {
        var (verb, pattern) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("get", rule.Get),
            HttpRule.PatternOneofCase.Put => ("put", rule.Put),
            HttpRule.PatternOneofCase.Post => ("post", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("delete", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("patch", rule.Patch),
            _ => throw new NotSupportedException($"the HTTP rule of {rule.Selector} has no verb that this document knows"),
        };
        return new(verb, Variable().Replace(pattern, match => $"{{{ShortName(match.Groups[1].Value)}}}"), [.. Variable().Matches(pattern).Select(match => match.Groups[1].Value)], rule.Body);
    }

    /// <summary>Name of a variable in the document, for example <c>name</c> for <c>task.name</c>.</summary>
    public static string ShortName(string variable) => variable[(variable.LastIndexOf('.') + 1)..];

    /// <summary>A variable such as <c>{name}</c> or <c>{name=**}</c>.</summary>
    [GeneratedRegex(@"\{([a-z_.]+)(?:=[^}]*)?\}")]
    private static partial Regex Variable();
}
