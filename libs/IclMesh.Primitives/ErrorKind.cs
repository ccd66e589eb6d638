namespace IclMesh;

/// <summary>What a caller can do about a failure; each kind maps to one gRPC status code of the same name.</summary>
public enum ErrorKind
{
    /// <summary>The request itself is wrong; sending it again cannot help.</summary>
    InvalidArgument,

    /// <summary>A named resource does not exist.</summary>
    NotFound,

    /// <summary>A resource of that name exists already.</summary>
    AlreadyExists,

    /// <summary>The request is fine, the state of the system does not allow it.</summary>
    FailedPrecondition,

    /// <summary>A concurrent change got in first; read again and retry.</summary>
    Aborted,

    /// <summary>A limit or a quota is used up; metadata carries <c>limit</c> and <c>actual</c>.</summary>
    ResourceExhausted,

    /// <summary>Stored data is corrupt.</summary>
    DataLoss,

    /// <summary>A part of the system is down for now; retrying may help.</summary>
    Unavailable,

    /// <summary>The time that the caller allowed is over.</summary>
    DeadlineExceeded,

    /// <summary>The model, file or build cannot do this.</summary>
    Unimplemented,
}
