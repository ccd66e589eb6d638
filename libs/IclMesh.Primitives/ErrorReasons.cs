namespace IclMesh;

/// <summary>Stable reasons, as <c>google.rpc.ErrorInfo.reason</c> carries them; documented in <c>iclmesh/type/v1/error_reason.proto</c>.</summary>
public static class ErrorReasons
{
    /// <summary>The domain of every reason.</summary>
    public const string Domain = "iclmesh.dev";

    /// <summary>One or more fields of the request are wrong.</summary>
    public const string RequestInvalid = "REQUEST_INVALID";

    /// <summary>A named resource does not exist.</summary>
    public const string ResourceNotFound = "RESOURCE_NOT_FOUND";

    /// <summary>A resource of that name exists already.</summary>
    public const string ResourceExists = "RESOURCE_EXISTS";

    /// <summary>The resource changed since the caller read it.</summary>
    public const string VersionConflict = "VERSION_CONFLICT";

    /// <summary>The problem needs more arithmetic or memory than the service allows.</summary>
    public const string ProblemTooLarge = "PROBLEM_TOO_LARGE";

    /// <summary>The prompt does not fit the model's context.</summary>
    public const string ContextTooLong = "CONTEXT_TOO_LONG";

    /// <summary>The service's queue is full.</summary>
    public const string QueueFull = "QUEUE_FULL";

    /// <summary>The model cannot do what was asked; its capability record says what it can.</summary>
    public const string CapabilityMissing = "CAPABILITY_MISSING";

    /// <summary>A file or a store is corrupt.</summary>
    public const string DataCorrupt = "DATA_CORRUPT";

    /// <summary>A file or a store has a format or a version that this build does not read.</summary>
    public const string FormatUnsupported = "FORMAT_UNSUPPORTED";

    /// <summary>A store cannot be written (disk full, read-only, no permission).</summary>
    public const string StorageUnavailable = "STORAGE_UNAVAILABLE";

    /// <summary>A vector comes from another embedding model than the collection's.</summary>
    public const string EmbeddingModelMismatch = "EMBEDDING_MODEL_MISMATCH";

    /// <summary>A service that this call needs is down or late; metadata <c>leg</c> names it.</summary>
    public const string LegFailed = "LEG_FAILED";

    /// <summary>A setting of this deployment forbids what was asked for; metadata <c>setting</c> names it.</summary>
    public const string FeatureDisabled = "FEATURE_DISABLED";
}
