namespace IclMesh.Cli.Collections;

/// <summary>The kinds of file that collections are imported from and exported to.</summary>
internal static class DemonstrationFormats
{
    /// <summary>Says what files may be, for the help of a command.</summary>
    public const string Description = "JSON Lines, or Parquet where the name ends in .parquet";

    /// <summary>The kind of a file, by its name.</summary>
    /// <param name="file">The file.</param>
    public static IDemonstrationFormat Of(FileInfo file) =>
        file.Extension.Equals(".parquet", StringComparison.OrdinalIgnoreCase) ? new ParquetFormat() : new JsonLinesFormat();

    /// <summary>A broken row.</summary>
    /// <param name="place">Where.</param>
    /// <param name="what">What is wrong.</param>
    public static MeshException Broken(string place, string what) =>
        new(ErrorKind.FailedPrecondition, ErrorReasons.DataCorrupt, $"{place}: {what}");
}
