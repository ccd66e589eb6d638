namespace IclMesh.Inference.Core.Prompting;

/// <summary>Role of a piece of the prompt.</summary>
public enum SegmentKind
{
    /// <summary>What the model is told to do; never dropped.</summary>
    Instruction,

    /// <summary>Input text x_i of a demonstration, with the words around it.</summary>
    DemonstrationInput,

    /// <summary>Label y_i of a demonstration, with its leading blank.</summary>
    DemonstrationLabel,

    /// <summary>What stands between two demonstrations.</summary>
    Separator,

    /// <summary>The text to be labelled, with the words around it; never dropped.</summary>
    Query,
}
