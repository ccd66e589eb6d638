namespace IclMesh.Cli.Reports;

/// <summary>What a page shows; every number of a figure stands in a table or in the JSON document beside it.</summary>
/// <param name="Title">Title of the page.</param>
/// <param name="Facts">Model, data, sizes: name and value.</param>
/// <param name="Sections">Its parts.</param>
internal sealed record Report(string Title, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<ReportSection> Sections);
