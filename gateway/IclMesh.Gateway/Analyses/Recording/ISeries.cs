namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Something that is recorded for some rows of a study.</summary>
internal interface ISeries
{
    /// <summary>Name in the record.</summary>
    string Name { get; }

    /// <summary>Rows that are recorded, ascending.</summary>
    IReadOnlyList<int> Rows { get; }

    /// <summary>Records a row. The same row gives the same record, whenever it is asked for.</summary>
    Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken);
}
