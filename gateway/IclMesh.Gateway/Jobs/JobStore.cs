using System.Data.Common;
using Google.Protobuf;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>Jobs: who waits, who runs, how each ended.</summary>
/// <remarks>
/// Every transition is one transaction that names the states which it may leave:
/// <code>
/// add     -              to queued
/// claim   queued         to running    a new attempt; also a running job whose holder has been silent for its lease
/// renew   running        to running    by the attempt that holds it
/// end     running        to succeeded or failed, by the attempt that holds it
/// release running        to queued     by the attempt that holds it
/// cancel  queued|running to cancelled
/// resume  failed|cancelled to queued
/// delete  succeeded|failed|cancelled to -
/// </code>
/// An attempt (<see cref="JobAttempt"/>) holds a job while the job runs and no later attempt was made. Times are the database's: gateways
/// whose clocks differ agree on when a lease is over.
/// </remarks>
internal sealed class JobStore(GatewayDatabase database)
{
    private const string Columns =
        "id, incarnation, header, row_count, rows_hash, redacted, state, phase, done, total, rate, error, created_at, updated_at, attempts";

    private const string Held = "incarnation = @incarnation AND attempts = @attempt AND state = @running";

    private string Now => database.Dialect.Now;

    /// <summary>Adds a job unless there is one of that id or too many wait.</summary>
    /// <returns>The job of that id, and whether it is new.</returns>
    /// <exception cref="MeshException">Too many jobs wait.</exception>
    public Task<(JobEntry Job, bool Added)> AddAsync(string id, JobSpec spec, int maxQueued, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            if (await Find(connection, id, cancellationToken) is { } known)
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

            var incarnation = Guid.NewGuid().ToString("N");
            var added = await connection.Command(
                $"""
                INSERT INTO jobs(id, incarnation, header, row_count, rows_hash, redacted, state, phase, done, total, rate, created_at, updated_at, attempts, lease_until)
                VALUES(@id, @incarnation, @header, @rows, @hash, 0, @queued, '', 0, 0, 0, {Now}, {Now}, 0, 0)
                ON CONFLICT DO NOTHING
                """,
                ("@id", id),
                ("@incarnation", incarnation),
                ("@header", JobRows.Header(spec).ToByteArray()),
                ("@rows", spec.Study.Rows.Count),
                ("@hash", JobRows.Hash(spec)),
                ("@queued", (int)JobState.Queued)).RunAsync(cancellationToken);
            if (added > 0)
            {
                await connection.Command(
                    "INSERT INTO job_documents(incarnation, spec) VALUES(@incarnation, @spec)",
                    ("@incarnation", incarnation),
                    ("@spec", spec.ToByteArray())).RunAsync(cancellationToken);
            }

            return ((await Find(connection, id, cancellationToken))!, added > 0);
        },
        cancellationToken);

    /// <summary>A job.</summary>
    /// <exception cref="MeshException">There is none of that id.</exception>
    public async Task<JobEntry> GetAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw MeshException.NotFound("job", id);

    /// <summary>A job; null where there is none of that id.</summary>
    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.RunAsync(connection => Find(connection, id, cancellationToken), cancellationToken);

    /// <summary>The result of a job as JSON; null before there is one.</summary>
    public Task<string?> FindResultAsync(string incarnation, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command("SELECT result FROM job_documents WHERE incarnation = @incarnation", ("@incarnation", incarnation))
            .FirstAsync(row => row.IsDBNull(0) ? null : row.GetString(0), cancellationToken),
        cancellationToken);

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
    public Task<ClaimedJob?> ClaimAsync(TimeSpan lease, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            var claimed = await connection.Command(
                $"""
                UPDATE jobs SET state = @running, lease_until = {Now} + @lease, updated_at = {Now}, attempts = attempts + 1, error = NULL
                WHERE id = (
                  SELECT id FROM jobs WHERE state = @queued OR (state = @running AND lease_until < {Now})
                  ORDER BY created_at, id LIMIT 1 {database.Dialect.ClaimRows})
                RETURNING id, incarnation, attempts
                """,
                ("@queued", (int)JobState.Queued),
                ("@running", (int)JobState.Running),
                ("@lease", (long)lease.TotalMilliseconds)).FirstAsync(
                    row => (Id: row.GetString(0), Attempt: new JobAttempt(row.GetString(1), row.GetInt32(2))), cancellationToken);
            if (claimed.Id is null)
            {
                return null;
            }

            var spec = await connection.Command("SELECT spec FROM job_documents WHERE incarnation = @incarnation", ("@incarnation", claimed.Attempt.Incarnation))
                .FirstAsync(row => JobSpec.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), cancellationToken);
            return new ClaimedJob(claimed.Id, claimed.Attempt, spec!);
        },
        cancellationToken);

    /// <summary>Writes progress and renews the lease.</summary>
    /// <returns>False where the attempt no longer holds the job.</returns>
    public Task<bool> RenewAsync(JobAttempt attempt, JobProgressReport progress, TimeSpan lease, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE jobs SET phase = @phase, done = @done, total = @total, rate = @rate, lease_until = {Now} + @lease, updated_at = {Now} WHERE {Held}",
        [.. Holder(attempt), .. Progress(progress), ("@lease", (long)lease.TotalMilliseconds)],
        cancellationToken);

    /// <summary>Gives a job back to the queue.</summary>
    /// <returns>False where the attempt no longer holds the job.</returns>
    public Task<bool> ReleaseAsync(JobAttempt attempt, JobProgressReport progress, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE jobs SET state = @queued, phase = @phase, done = @done, total = @total, rate = @rate, lease_until = 0, updated_at = {Now} WHERE {Held}",
        [.. Holder(attempt), .. Progress(progress), ("@queued", (int)JobState.Queued)],
        cancellationToken);

    /// <summary>Ends a job.</summary>
    /// <param name="attempt">Who ends it.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="redacted">The specification to keep in the place of the one that ran, whose record goes with it; null keeps both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where the attempt no longer holds the job.</returns>
    public Task<bool> EndAsync(JobAttempt attempt, JobEnd end, JobSpec? redacted, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            var ended = await connection.Command(
                $"""
                UPDATE jobs SET state = @state, phase = @phase, done = @done, total = @total, rate = @rate, error = @error, header = coalesce(@header, header), redacted = @redacted,
                  lease_until = 0, updated_at = {Now}
                WHERE {Held}
                """,
                [
                    .. Holder(attempt),
                    .. Progress(end.Progress),
                    ("@state", (int)end.State),
                    ("@error", end.Error?.ToByteArray()),
                    ("@redacted", redacted is null ? 0 : 1),
                    ("@header", redacted is null ? null : JobRows.Header(redacted).ToByteArray()),
                ]).RunAsync(cancellationToken) > 0;
            if (ended)
            {
                await connection.Command(
                    "UPDATE job_documents SET result = @result, spec = coalesce(@spec, spec) WHERE incarnation = @incarnation",
                    ("@result", end.Result),
                    ("@spec", redacted?.ToByteArray()),
                    ("@incarnation", attempt.Incarnation)).RunAsync(cancellationToken);
                if (redacted is not null)
                {
                    await connection.Command("DELETE FROM job_shards WHERE incarnation = @incarnation", ("@incarnation", attempt.Incarnation)).RunAsync(cancellationToken);
                }
            }

            return ended;
        },
        cancellationToken);

    /// <summary>Stops a job that waits or runs. Whoever works on it learns so with its next write.</summary>
    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE jobs SET state = @cancelled, lease_until = 0, updated_at = {Now} WHERE id = @id AND state IN (@queued, @running)",
        [("@cancelled", (int)JobState.Cancelled), ("@queued", (int)JobState.Queued), ("@running", (int)JobState.Running), ("@id", id)],
        cancellationToken);

    /// <summary>Puts a job that failed or was cancelled back into the queue.</summary>
    public Task<bool> ResumeAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        $"UPDATE jobs SET state = @queued, lease_until = 0, error = NULL, updated_at = {Now} WHERE id = @id AND state IN (@failed, @cancelled)",
        [("@queued", (int)JobState.Queued), ("@failed", (int)JobState.Failed), ("@cancelled", (int)JobState.Cancelled), ("@id", id)],
        cancellationToken);

    /// <summary>Deletes a job that has ended, with all that belongs to it; false where there is none such.</summary>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await DeleteAsync("id = @id", ("@id", id), cancellationToken) > 0;

    /// <summary>Deletes the jobs that ended longer ago; their number.</summary>
    public Task<int> ExpireAsync(TimeSpan retention, CancellationToken cancellationToken) =>
        DeleteAsync($"updated_at < {Now} - @retention", ("@retention", (long)retention.TotalMilliseconds), cancellationToken);

    private Task<int> DeleteAsync(string which, (string Name, object? Value) parameter, CancellationToken cancellationToken) => database.TransactAsync(
        async connection =>
        {
            var deleted = await connection.Command(
                $"DELETE FROM jobs WHERE {which} AND state IN (@succeeded, @failed, @cancelled) RETURNING incarnation",
                parameter,
                ("@succeeded", (int)JobState.Succeeded),
                ("@failed", (int)JobState.Failed),
                ("@cancelled", (int)JobState.Cancelled)).ReadAsync(row => row.GetString(0), cancellationToken);
            foreach (var incarnation in deleted)
            {
                await connection.Command("DELETE FROM job_documents WHERE incarnation = @incarnation", ("@incarnation", incarnation)).RunAsync(cancellationToken);
                await connection.Command("DELETE FROM job_shards WHERE incarnation = @incarnation", ("@incarnation", incarnation)).RunAsync(cancellationToken);
            }

            return deleted.Count;
        },
        cancellationToken);

    private async Task<bool> ChangeAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        await database.RunAsync(connection => connection.Command(sql, parameters).RunAsync(cancellationToken), cancellationToken) > 0;

    private static (string Name, object? Value)[] Holder(JobAttempt attempt) =>
        [("@incarnation", attempt.Incarnation), ("@attempt", attempt.Number), ("@running", (int)JobState.Running)];

    private static (string Name, object? Value)[] Progress(JobProgressReport progress) =>
        [("@phase", progress.Phase), ("@done", progress.Done), ("@total", progress.Total), ("@rate", progress.Rate)];

    private static Task<JobEntry?> Find(DbConnection connection, string id, CancellationToken cancellationToken) =>
        connection.Command($"SELECT {Columns} FROM jobs WHERE id = @id", ("@id", id)).FirstAsync(Read, cancellationToken);

    private static JobEntry Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Incarnation = row.GetString(1),
        Header = JobSpec.Parser.ParseFrom(row.GetFieldValue<byte[]>(2)),
        Rows = row.GetInt32(3),
        RowsHash = row.GetFieldValue<byte[]>(4),
        Redacted = row.GetInt32(5) != 0,
        State = (JobState)row.GetInt32(6),
        Progress = new(row.GetString(7), row.GetInt64(8), row.GetInt64(9), row.GetDouble(10)),
        Error = row.IsDBNull(11) ? null : Google.Rpc.Status.Parser.ParseFrom(row.GetFieldValue<byte[]>(11)),
        Created = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(12)),
        Updated = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(13)),
        Attempts = row.GetInt32(14),
    };
}
