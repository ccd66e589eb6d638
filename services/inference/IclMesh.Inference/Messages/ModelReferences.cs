using Google.Protobuf.WellKnownTypes;
using IclMesh.Inference.Core;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Messages;

/// <summary>Message parts that several RPCs share.</summary>
internal static class ModelReferences
{
    /// <summary>Which weights answered.</summary>
    public static ModelReference Reference(this ModelSource source, string precision, string provider) =>
        new() { Name = source.Name, Version = source.Identity.Version(precision), Precision = precision, Provider = provider };

    /// <summary>Time per stage.</summary>
    /// <param name="times">The times.</param>
    /// <param name="compute">Name of the computing stage.</param>
    public static StageTiming[] Timings(this StageTimes times, string compute) =>
    [
        new() { Stage = "tokenize", Duration = times.Tokenize.ToDuration() },
        new() { Stage = "queue", Duration = times.Queue.ToDuration() },
        new() { Stage = compute, Duration = times.Compute.ToDuration() },
    ];
}
