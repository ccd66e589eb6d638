using Google.Protobuf;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Storage;

/// <summary>Predictions by id; ids sort by time.</summary>
internal sealed class PredictionStore(GatewayDatabase database)
{
    /// <summary>Adds a prediction.</summary>
    public Task AddAsync(StoredPrediction prediction, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "INSERT INTO predictions(id, created_at, task, body) VALUES(@id, @created, @task, @body)",
            ("@id", prediction.Id),
            ("@created", prediction.CreateTime.ToDateTimeOffset().ToUnixTimeMilliseconds()),
            ("@task", prediction.Request.Task),
            ("@body", prediction.ToByteArray())).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>A prediction.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="oldest">Older ones count as gone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MeshException">There is none of that id.</exception>
    public async Task<StoredPrediction> GetAsync(string id, DateTimeOffset oldest, CancellationToken cancellationToken) =>
        await database.RunAsync(
            connection => connection.Command(
                "SELECT body FROM predictions WHERE id = @id AND created_at >= @oldest", ("@id", id), ("@oldest", oldest.ToUnixTimeMilliseconds()))
                .FirstAsync(row => StoredPrediction.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), cancellationToken),
            cancellationToken) ?? throw MeshException.NotFound("prediction", id);

    /// <summary>Predictions, newest first.</summary>
    /// <param name="task">Only of this task; empty for all.</param>
    /// <param name="before">Only ids smaller than this one; empty for the newest.</param>
    /// <param name="oldest">Older ones count as gone.</param>
    /// <param name="limit">Most predictions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<StoredPrediction>> ListAsync(string task, string before, DateTimeOffset oldest, int limit, CancellationToken cancellationToken) =>
        database.RunAsync(
            connection => connection.Command(
                """
                SELECT body FROM predictions
                WHERE created_at >= @oldest AND (@task = '' OR task = @task) AND (@before = '' OR id < @before)
                ORDER BY id DESC LIMIT @limit
                """,
                ("@oldest", oldest.ToUnixTimeMilliseconds()),
                ("@task", task),
                ("@before", before),
                ("@limit", limit)).ReadAsync(row => StoredPrediction.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), cancellationToken),
            cancellationToken);

    /// <summary>Deletes predictions that are older; their number.</summary>
    public Task<int> DeleteBeforeAsync(DateTimeOffset oldest, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command("DELETE FROM predictions WHERE created_at < @oldest", ("@oldest", oldest.ToUnixTimeMilliseconds())).RunAsync(cancellationToken),
        cancellationToken);
}
