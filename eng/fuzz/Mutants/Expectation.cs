namespace IclMesh.Fuzz.Mutants;

/// <summary>What must come of a changed model.</summary>
internal enum Expectation
{
    /// <summary>The reference does not look at what was changed: the same numbers.</summary>
    Same,

    /// <summary>Refused, naming what was changed.</summary>
    Refused,

    /// <summary>The same numbers, or the same refusal, as a folder that says the same in another way.</summary>
    Equal,

    /// <summary>Other numbers, which <c>reference.py</c> computes too.</summary>
    Other,
}
