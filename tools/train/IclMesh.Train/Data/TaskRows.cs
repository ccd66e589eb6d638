namespace IclMesh.Train.Data;

/// <summary>The rows of one classification task.</summary>
/// <param name="Name">Folder name of the task.</param>
/// <param name="Classes">C, number of classes.</param>
/// <param name="FirstClass">Index of the task's class 0 among the classes of all trained tasks.</param>
/// <param name="Train">Rows that are trained on.</param>
/// <param name="Development">Rows held out of train: early stopping and every choice.</param>
/// <param name="Validation">Rows for the final report only.</param>
internal sealed record TaskRows(string Name, int Classes, int FirstClass, Row[] Train, Row[] Development, Row[] Validation)
{
    /// <summary>The rows that ask and the rows that demonstrate, for "validation" or "development".</summary>
    /// <remarks>A task without development rows was not trained on: part of its train rows asks, the rest demonstrates.</remarks>
    public (Row[] Queries, Row[] Demonstrations) Asked(string rows) =>
        rows == "validation" ? (Validation, Train)
        : Development.Length > 0 ? (Development, Train)
        : (Train[..(Train.Length / 4)], Train[(Train.Length / 4)..]);

    /// <summary>Train rows by class.</summary>
    public Row[][] TrainByClass { get; } = [.. Enumerable.Range(0, Classes).Select(c => Train.Where(r => r.Label == c).ToArray())];
}
