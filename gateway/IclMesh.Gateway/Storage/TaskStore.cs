using Google.Protobuf;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Storage;

/// <summary>Tasks by name. A task that was acknowledged is on disk.</summary>
internal sealed class TaskStore(GatewayDatabase database)
{
    /// <summary>Adds a task.</summary>
    /// <param name="task">The task, complete with version and times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MeshException">There is one of that name.</exception>
    public async Task CreateAsync(PredictionTask task, CancellationToken cancellationToken)
    {
        var added = await database.RunAsync(
            connection => connection.Command(
                "INSERT INTO tasks(name, version, body) VALUES(@name, @version, @body) ON CONFLICT DO NOTHING",
                ("@name", task.Name),
                ("@version", task.Version),
                ("@body", task.ToByteArray())).RunAsync(cancellationToken),
            cancellationToken);
        if (added == 0)
        {
            throw new MeshException(ErrorKind.AlreadyExists, ErrorReasons.ResourceExists, $"task '{task.Name}' exists already")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "task", ["name"] = task.Name },
            };
        }
    }

    /// <summary>A task.</summary>
    /// <exception cref="MeshException">There is none of that name.</exception>
    public async Task<PredictionTask> GetAsync(string name, CancellationToken cancellationToken) =>
        await database.RunAsync(
            connection => connection.Command("SELECT body FROM tasks WHERE name = @name", ("@name", name))
                .FirstAsync(row => PredictionTask.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), cancellationToken),
            cancellationToken) ?? throw MeshException.NotFound("task", name);

    /// <summary>Tasks by name.</summary>
    /// <param name="after">Only names greater than this one.</param>
    /// <param name="limit">Most tasks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<PredictionTask>> ListAsync(string after, int limit, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "SELECT body FROM tasks WHERE name > @after ORDER BY name LIMIT @limit", ("@after", after), ("@limit", limit))
            .ReadAsync(row => PredictionTask.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), cancellationToken),
        cancellationToken);

    /// <summary>Replaces a task.</summary>
    /// <param name="task">The task with its new version.</param>
    /// <param name="expectedVersion">Version that the caller has read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MeshException">There is none of that name, or it has another version.</exception>
    public async Task ReplaceAsync(PredictionTask task, long expectedVersion, CancellationToken cancellationToken)
    {
        var replaced = await database.RunAsync(
            connection => connection.Command(
                "UPDATE tasks SET version = @version, body = @body WHERE name = @name AND version = @expected",
                ("@name", task.Name),
                ("@version", task.Version),
                ("@body", task.ToByteArray()),
                ("@expected", expectedVersion)).RunAsync(cancellationToken),
            cancellationToken);
        if (replaced == 0)
        {
            throw Conflict(await GetAsync(task.Name, cancellationToken), expectedVersion);
        }
    }

    /// <summary>Deletes a task; false where there is none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        await database.RunAsync(
            connection => connection.Command("DELETE FROM tasks WHERE name = @name", ("@name", name)).RunAsync(cancellationToken), cancellationToken) > 0;

    /// <summary>The error for a caller who has read another version.</summary>
    public static MeshException Conflict(PredictionTask current, long expectedVersion) => new(
        ErrorKind.Aborted, ErrorReasons.VersionConflict, $"task '{current.Name}' has version {current.Version}, not {expectedVersion}: read it again")
    {
        Metadata = new Dictionary<string, string> { ["current_version"] = $"{current.Version}" },
    };
}
