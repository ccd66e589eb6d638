namespace IclMesh.Retrieval.Core.Collections;

/// <summary>The name of a collection within its namespace (tenant).</summary>
/// <param name="Namespace">Tenant; empty is the default one.</param>
/// <param name="Name">Unique within the namespace.</param>
public readonly record struct CollectionName(string Namespace, string Name)
{
    /// <summary>Most characters that either part may have.</summary>
    public const int MaxLength = 128;

    /// <summary>Refuses a name that no collection can have.</summary>
    /// <exception cref="MeshException">With every broken part.</exception>
    public void Check()
    {
        var rules = new RequestRules();
        Check(rules);
        rules.ThrowIfBroken();
    }

    /// <summary>Refuses a namespace that no collection can have.</summary>
    /// <param name="name">The namespace; empty is the default one.</param>
    /// <exception cref="MeshException">Where it is broken.</exception>
    public static void CheckNamespace(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var rules = new RequestRules();
        CheckPart(rules, "namespace", name);
        rules.ThrowIfBroken();
    }

    /// <summary>Both parts hold ASCII letters, digits, '-', '_' and '.', the first a letter or digit, so that they are safe in URLs and logs.</summary>
    /// <param name="rules">Collects what is broken.</param>
    /// <param name="nameField">Path of the field that holds the name.</param>
    /// <param name="namespaceField">Path of the field that holds the namespace.</param>
    public void Check(RequestRules rules, string nameField = "name", string namespaceField = "namespace")
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.NotBlank(nameField, Name))
        {
            CheckPart(rules, nameField, Name);
        }

        CheckPart(rules, namespaceField, Namespace);
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
