using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tasks;

/// <summary>Finds the task that a request names.</summary>
internal sealed class TaskResolver(TaskStore store)
{
    /// <summary>The task; null where the request names none.</summary>
    /// <exception cref="MeshException">There is no such task.</exception>
    public async Task<PredictionTask?> GetAsync(string name, CancellationToken cancellationToken) =>
        name.Length == 0 ? null : await store.GetAsync(name, cancellationToken);
}
