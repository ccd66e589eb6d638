namespace IclMesh.Inference.Core.Scheduling;

/// <summary>How a piece of work waits for a thread.</summary>
public enum Turn
{
    /// <summary>Somebody waits for the answer: it goes before the others, but for one in five.</summary>
    Interactive,

    /// <summary>A short step of a stream; it runs while nobody waits for an answer, and at least every fifth time.</summary>
    Step,

    /// <summary>Work that may keep a thread for long; it waits as a step does and leaves one thread to the others.</summary>
    Lengthy,
}
