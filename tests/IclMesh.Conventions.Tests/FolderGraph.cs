using System.Text.RegularExpressions;

namespace IclMesh.Conventions.Tests;

/// <summary>Which folders of a project use which: read from its sources, whose namespaces follow its folders.</summary>
/// <remarks>
/// A file uses the namespaces of its using lines (the build refuses one that is not needed) and those that it spells out before a type. Types of
/// the folders above its own need neither; they are found by name.
/// </remarks>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, HashSet<string>> types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> uses = new(StringComparer.Ordinal);

    private FolderGraph(IReadOnlyList<(string Namespace, string Code)> files)
    {
        foreach (var (name, code) in files)
        {
            types.TryAdd(name, []);
            types[name].UnionWith(Declaration().Matches(code).Select(match => match.Groups["name"].Value));
        }

        foreach (var (name, code) in files)
        {
            uses.TryAdd(name, []);
            uses[name].UnionWith(Used(name, code).Where(used => used != name));
        }
    }

    /// <summary>Reads the sources of a project.</summary>
    /// <param name="folder">The project's folder.</param>
    public static FolderGraph Read(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0].Equals("obj", StringComparison.Ordinal))
            .Select(path => Strings().Replace(Comments().Replace(File.ReadAllText(path), ""), "\"\""))
            .Select(code => (Namespace: FileNamespace().Match(code) is { Success: true } match ? match.Groups["name"].Value : "", Code: code))
            .Where(file => file.Namespace.Length > 0);
        return new([.. files]);
    }

    /// <summary>Reads sources that lie nowhere.</summary>
    public static FolderGraph Of(params IReadOnlyList<string> sources) => new([.. sources.Select(code => (FileNamespace().Match(code).Groups["name"].Value, code))]);

    /// <summary>Groups of namespaces each of which uses, directly or by way of others, every other of its group.</summary>
    public IReadOnlyList<string> Circles()
    {
        var reached = uses.Keys.ToDictionary(name => name, Reach, StringComparer.Ordinal);
        return
        [
            .. uses.Keys.Where(name => reached[name].Contains(name))
                .Select(name => string.Join(", ", reached[name].Where(other => reached[other].Contains(name)).Order(StringComparer.Ordinal)))
                .Distinct(),
        ];
    }

    private HashSet<string> Reach(string name)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(uses[name]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in uses[next])
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }

    private IEnumerable<string> Used(string own, string code)
    {
        var words = Word().Matches(code).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var opened = Using().Matches(code).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, declared) in types)
        {
            var isAbove = own.StartsWith(name + ".", StringComparison.Ordinal);
            var last = name[(name.LastIndexOf('.') + 1)..];
            if (opened.Contains(name)
                || (isAbove && declared.Overlaps(words) && !types[own].Overlaps(declared.Intersect(words)))
                || (words.Contains(last) && declared.Any(type => words.Contains(type) && Regex.IsMatch(code, $@"\b{last}\.{type}\b"))))
            {
                yield return name;
            }
        }
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FileNamespace();

    [GeneratedRegex(@"^using (static )?(\w+ = )?(?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Using();

    [GeneratedRegex(@"^(\[.*\]\s*)?((public|internal|static|sealed|abstract|readonly|unsafe|partial|ref)\s+)*(class|struct|interface|enum|record(\s+(struct|class))?|delegate\s+[\w<>\[\],?. ]+?)\s+(?<name>[A-Z]\w*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\\n])*\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();
}
