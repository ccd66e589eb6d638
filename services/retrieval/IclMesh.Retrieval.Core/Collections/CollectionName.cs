namespace IclMesh.Retrieval.Core.Collections;

/// <summary>The name of a collection within its namespace (tenant).</summary>
/// <param name="Namespace">Tenant; empty is the default one.</param>
/// <param name="Name">Unique within the namespace.</param>
public readonly record struct CollectionName(string Namespace, string Name)
{
    /// <summary>Most characters that either part may have.</summary>
    public const int MaxLength = 128;

    /// <summary>Both parts hold ASCII letters, digits, '-', '_' and '.', the first a letter or digit, so that they are safe in URLs and logs.</summary>
    /// <param name="rules">Collects what is broken.</param>
    public void Check(RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.NotBlank("name", Name))
        {
            CheckPart(rules, "name", Name);
        }

        CheckPart(rules, "namespace", Namespace);
    }

    /// <inheritdoc/>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";

    private static void CheckPart(RequestRules rules, string field, string part)
    {
        rules.Require(part.Length <= MaxLength, field, $"must have at most {MaxLength} characters, has {part.Length}");
        var wrong = part.AsSpan().IndexOfAnyExcept(Allowed);
        if (rules.Require(wrong < 0, field, $"may hold ASCII letters, digits, '-', '_' and '.' only; character {wrong} is another one")
            && part.Length > 0)
        {
            rules.Require(char.IsAsciiLetterOrDigit(part[0]), field, "must start with an ASCII letter or digit");
        }
    }

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
}
