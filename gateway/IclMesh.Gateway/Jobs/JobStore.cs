using System.Data.Common;
using Google.Protobuf;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>Jobs and what they have recorded. A gateway that works on a job holds a lease on it, and only the holder may write.</summary>
internal sealed class JobStore(GatewayDatabase database, TimeProvider clock)
{
    private const string Columns = "id, spec, state, phase, done, total, rate, error, result, created_at, updated_at, attempts";

    /// <summary>Adds a job unless there is one of that id or too many wait.</summary>
    /// <returns>The job of that id, and whether it is new.</returns>
    /// <exception cref="MeshException">Too many jobs wait.</exception>
    public Task<(JobEntry Job, bool Added)> AddAsync(JobEntry job, int maxQueued, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            if (await Find(connection, job.Id, cancellationToken) is { } known)
            {
                return (known, false);
            }

            var waiting = await connection.Command("SELECT count(*) FROM jobs WHERE state = @queued", ("@queued", (int)JobState.Queued))
                .FirstAsync(row => row.GetInt64(0), cancellationToken);
            if (waiting >= maxQueued)
            {
                throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, $"{waiting} jobs wait, the limit is {maxQueued}")
                {
                    Metadata = new Dictionary<string, string> { ["limit"] = $"{maxQueued}", ["actual"] = $"{waiting}" },
                    RetryAfter = TimeSpan.FromMinutes(1),
                };
            }

            await connection.Command(
                """
                INSERT INTO jobs(id, spec, state, phase, done, total, rate, created_at, updated_at, attempts, owner, lease_until, cancel)
                VALUES(@id, @spec, @state, '', 0, 0, 0, @now, @now, 0, '', 0, 0)
                """,
                ("@id", job.Id),
                ("@spec", job.Spec.ToByteArray()),
                ("@state", (int)JobState.Queued),
                ("@now", job.Created.ToUnixTimeMilliseconds())).RunAsync(cancellationToken);
            return (job, true);
        },
        cancellationToken);

    /// <summary>A job.</summary>
    /// <exception cref="MeshException">There is none of that id.</exception>
    public async Task<JobEntry> GetAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw MeshException.NotFound("job", id);

    /// <summary>A job; null where there is none of that id.</summary>
    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.RunAsync(connection => Find(connection, id, cancellationToken), cancellationToken);

    /// <summary>Jobs, newest first.</summary>
    /// <param name="before">Only jobs created before this time, or at it with a smaller id; null for all.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<JobEntry>> ListAsync((long Time, string Id)? before, int limit, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            $"""
            SELECT {Columns} FROM jobs WHERE created_at < @time OR (created_at = @time AND id < @id)
            ORDER BY created_at DESC, id DESC LIMIT @limit
            """,
            ("@time", before?.Time ?? long.MaxValue),
            ("@id", before?.Id ?? ""),
            ("@limit", limit)).ReadAsync(Read, cancellationToken),
        cancellationToken);

    /// <summary>Takes the oldest job that waits or whose holder has fallen silent; null where there is none.</summary>
    public Task<JobEntry?> ClaimAsync(string owner, TimeSpan lease, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var id = await connection.Command(
                $"""
                SELECT id FROM jobs WHERE state IN (@queued, @running) AND lease_until < @now
                ORDER BY created_at LIMIT 1 {database.Dialect.ClaimRows}
                """,
                ("@queued", (int)JobState.Queued),
                ("@running", (int)JobState.Running),
                ("@now", now)).FirstAsync(row => row.GetString(0), cancellationToken);
            if (id is null)
            {
                return null;
            }

            await connection.Command(
                """
                UPDATE jobs SET state = @running, owner = @owner, lease_until = @until, updated_at = @now, attempts = attempts + 1, error = NULL, cancel = 0
                WHERE id = @id
                """,
                ("@running", (int)JobState.Running),
                ("@owner", owner),
                ("@until", now + (long)lease.TotalMilliseconds),
                ("@now", now),
                ("@id", id)).RunAsync(cancellationToken);
            return await Find(connection, id, cancellationToken);
        },
        cancellationToken);

    /// <summary>Writes progress and renews the lease.</summary>
    /// <returns>False where the job is no longer this owner's, or is to stop.</returns>
    public Task<bool> ReportAsync(JobEntry job, string owner, TimeSpan lease, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            return await connection.Command(
                """
                UPDATE jobs SET phase = @phase, done = @done, total = @total, rate = @rate, lease_until = @until, updated_at = @now
                WHERE id = @id AND owner = @owner AND cancel = 0
                """,
                ("@phase", job.Phase),
                ("@done", job.Done),
                ("@total", job.Total),
                ("@rate", job.Rate),
                ("@until", now + (long)lease.TotalMilliseconds),
                ("@now", now),
                ("@id", job.Id),
                ("@owner", owner)).RunAsync(cancellationToken) > 0;
        },
        cancellationToken);

    /// <summary>Ends a job, or gives it back to the queue; does nothing where it is no longer this owner's.</summary>
    public Task<int> EndAsync(JobEntry job, string owner, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            """
            UPDATE jobs SET state = @state, phase = @phase, error = @error, result = @result, owner = '', lease_until = 0, updated_at = @now
            WHERE id = @id AND owner = @owner
            """,
            ("@state", (int)job.State),
            ("@phase", job.Phase),
            ("@error", job.Error?.ToByteArray()),
            ("@result", job.Result),
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@id", job.Id),
            ("@owner", owner)).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>Stops a job that has not ended. Whoever works on it learns so with its next report.</summary>
    public Task<int> CancelAsync(string id, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "UPDATE jobs SET state = @cancelled, cancel = 1, lease_until = 0, updated_at = @now WHERE id = @id AND state IN (@queued, @running)",
            ("@cancelled", (int)JobState.Cancelled),
            ("@queued", (int)JobState.Queued),
            ("@running", (int)JobState.Running),
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@id", id)).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>Puts a job that failed or was cancelled back into the queue.</summary>
    public Task<int> ResumeAsync(string id, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            """
            UPDATE jobs SET state = @queued, cancel = 0, owner = '', lease_until = 0, error = NULL, updated_at = @now
            WHERE id = @id AND state IN (@failed, @cancelled)
            """,
            ("@queued", (int)JobState.Queued),
            ("@failed", (int)JobState.Failed),
            ("@cancelled", (int)JobState.Cancelled),
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@id", id)).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>Deletes a job that has ended and its record; false where there is none such.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            var deleted = await connection.Command(
                "DELETE FROM jobs WHERE id = @id AND state NOT IN (@queued, @running)",
                ("@id", id),
                ("@queued", (int)JobState.Queued),
                ("@running", (int)JobState.Running)).RunAsync(cancellationToken) > 0;
            if (deleted)
            {
                await connection.Command("DELETE FROM job_shards WHERE job = @id", ("@id", id)).RunAsync(cancellationToken);
            }

            return deleted;
        },
        cancellationToken);

    /// <summary>Stores a finished shard; the same shard stored twice is stored once.</summary>
    public Task<int> AddShardAsync(string job, JobShard shard, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            """
            INSERT INTO job_shards(job, condition, shard, records, tensors) VALUES(@job, @condition, @shard, @records, @tensors)
            ON CONFLICT DO NOTHING
            """,
            ("@job", job),
            ("@condition", shard.Condition),
            ("@shard", shard.Number),
            ("@records", shard.Records),
            ("@tensors", shard.Tensors)).RunAsync(cancellationToken),
        cancellationToken);

    /// <summary>Which shards a job has.</summary>
    public Task<List<(string Condition, int Number)>> ListShardsAsync(string job, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command("SELECT condition, shard FROM job_shards WHERE job = @job ORDER BY condition, shard", ("@job", job))
            .ReadAsync(row => (row.GetString(0), row.GetInt32(1)), cancellationToken),
        cancellationToken);

    /// <summary>A shard; null where there is none.</summary>
    public Task<JobShard?> GetShardAsync(string job, string condition, int number, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "SELECT records, tensors FROM job_shards WHERE job = @job AND condition = @condition AND shard = @shard",
            ("@job", job),
            ("@condition", condition),
            ("@shard", number)).FirstAsync(
                row => new JobShard(condition, number, row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)), cancellationToken),
        cancellationToken);

    private static Task<JobEntry?> Find(DbConnection connection, string id, CancellationToken cancellationToken) =>
        connection.Command($"SELECT {Columns} FROM jobs WHERE id = @id", ("@id", id)).FirstAsync(Read, cancellationToken);

    private static JobEntry Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Spec = JobSpec.Parser.ParseFrom(row.GetFieldValue<byte[]>(1)),
        State = (JobState)row.GetInt32(2),
        Phase = row.GetString(3),
        Done = row.GetInt64(4),
        Total = row.GetInt64(5),
        Rate = row.GetDouble(6),
        Error = row.IsDBNull(7) ? null : Google.Rpc.Status.Parser.ParseFrom(row.GetFieldValue<byte[]>(7)),
        Result = row.IsDBNull(8) ? null : row.GetString(8),
        Created = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        Updated = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)),
        Attempts = row.GetInt32(11),
    };
}
