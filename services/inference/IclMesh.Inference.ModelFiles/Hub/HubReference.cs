using System.Text.RegularExpressions;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>A model on the hub: <c>OWNER/NAME</c>, <c>OWNER/NAME@REVISION</c> or <c>OWNER/NAME/FILE.gguf</c>.</summary>
/// <param name="Repository"><c>OWNER/NAME</c>.</param>
/// <param name="Revision">Branch, tag or commit.</param>
/// <param name="File">The one file to fetch; null for the files of a Hugging Face folder.</param>
internal sealed partial record HubReference(string Repository, string Revision, string? File)
{
    /// <summary>Folder below the cache that holds this model's files.</summary>
    public string CacheName => Repository.Replace("/", "--", StringComparison.Ordinal) + (Revision == "main" ? "" : $"@{Revision}");

    /// <summary>Null where a name cannot be one of the hub's.</summary>
    public static HubReference? TryParse(string name) => Syntax().Match(name) is { Success: true } match
        ? new(
            match.Groups["repository"].Value,
            match.Groups["revision"] is { Success: true } revision ? revision.Value : "main",
            match.Groups["file"] is { Success: true } file ? file.Value : null)
        : null;

    // The hub's own rules: letters, digits, hyphen, underscore and dot, the last not at the start.
    [GeneratedRegex(
        @"^(?<repository>[A-Za-z0-9_-][A-Za-z0-9._-]{0,95}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,95})(@(?<revision>[A-Za-z0-9_-][A-Za-z0-9._-]{0,95}))?(/(?<file>[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}\.gguf))?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Syntax();
}
