namespace IclMesh;

/// <summary>A failure that the caller can act on. Anything else is a bug and is thrown as an ordinary exception.</summary>
/// <param name="kind">What the caller can do.</param>
/// <param name="reason">Stable machine-readable reason, one of <see cref="ErrorReasons"/>.</param>
/// <param name="message">One sentence for a person; never holds prompt text.</param>
/// <param name="innerException">The cause, for the log only.</param>
public sealed class MeshException(ErrorKind kind, string reason, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What the caller can do.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>Stable machine-readable reason, one of <see cref="ErrorReasons"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>Every broken field; empty unless the request itself is wrong.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; init; } = [];

    /// <summary>Number of broken fields, where only the first of them are in <see cref="Violations"/>.</summary>
    public int ViolationCount
    {
        get => Math.Max(field, Violations.Count);
        init;
    }

    /// <summary>Machine-readable facts such as <c>limit</c> and <c>actual</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>How long to wait before trying again; null where waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A request with one broken field.</summary>
    /// <param name="field">Path of the field as the proto spells it.</param>
    /// <param name="description">What is wrong with it.</param>
    public static MeshException Invalid(string field, string description) =>
        new(ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"{field}: {description}")
        {
            Violations = [new(field, description)],
        };

    /// <summary>A named resource that does not exist.</summary>
    /// <param name="resource">Kind of the resource, for example <c>collection</c>.</param>
    /// <param name="name">Its name as the caller gave it.</param>
    public static MeshException NotFound(string resource, string name) =>
        new(ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{resource} '{Excerpt.Name(name)}' does not exist")
        {
            Metadata = new Dictionary<string, string> { ["resource"] = resource, ["name"] = name },
        };

    /// <summary>A limit that the request exceeds.</summary>
    /// <param name="reason">One of <see cref="ErrorReasons"/>.</param>
    /// <param name="what">What is limited, with its unit, for example <c>multiply-adds</c>.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="actual">What the request would take.</param>
    public static MeshException TooLarge(string reason, string what, long limit, long actual) =>
        new(ErrorKind.ResourceExhausted, reason, $"{what}: {actual} exceeds the limit of {limit}")
        {
            Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}", ["actual"] = $"{actual}" },
        };
}
