using System.Text.Json;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Analyze;

/// <summary>A job that has succeeded.</summary>
/// <param name="Job">The job.</param>
/// <param name="Document">Its result.</param>
internal sealed record JobResult(Job Job, JsonElement Document);
