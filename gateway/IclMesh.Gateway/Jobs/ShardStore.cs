using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>What jobs have recorded, by incarnation.</summary>
internal sealed class ShardStore(GatewayDatabase database)
{
    /// <summary>Stores a finished shard; the same shard stored twice is stored once.</summary>
    /// <param name="attempt">Who has recorded it.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LeaseLostException">The attempt no longer holds the job.</exception>
    public async Task AddAsync(JobAttempt attempt, JobShard shard, CancellationToken cancellationToken)
    {
        // The job's row is held while the shard is written: no other attempt can begin and no caller can cancel or delete in between.
        var written = await database.RunAsync(
            connection => connection.Command(
                $"""
                INSERT INTO job_shards(incarnation, condition, shard, records, tensors)
                SELECT incarnation, @condition, @shard, @records, @tensors FROM jobs
                WHERE incarnation = @incarnation AND attempts = @attempt AND state = @running {database.Dialect.HoldRows}
                ON CONFLICT(incarnation, condition, shard) DO UPDATE SET records = excluded.records, tensors = excluded.tensors
                """,
                ("@incarnation", attempt.Incarnation),
                ("@attempt", attempt.Number),
                ("@running", (int)JobState.Running),
                ("@condition", shard.Condition),
                ("@shard", shard.Number),
                ("@records", shard.Records),
                ("@tensors", shard.Tensors)).RunAsync(cancellationToken),
            cancellationToken);
        if (written == 0)
        {
            throw new LeaseLostException();
        }
    }

    /// <summary>Which shards a job has.</summary>
    public Task<List<(string Condition, int Number)>> ListAsync(string incarnation, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "SELECT condition, shard FROM job_shards WHERE incarnation = @incarnation ORDER BY condition, shard", ("@incarnation", incarnation))
            .ReadAsync(row => (row.GetString(0), row.GetInt32(1)), cancellationToken),
        cancellationToken);

    /// <summary>A shard; null where there is none.</summary>
    public Task<JobShard?> FindAsync(string incarnation, string condition, int number, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            "SELECT records, tensors FROM job_shards WHERE incarnation = @incarnation AND condition = @condition AND shard = @shard",
            ("@incarnation", incarnation),
            ("@condition", condition),
            ("@shard", number)).FirstAsync(
                row => new JobShard(condition, number, row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)), cancellationToken),
        cancellationToken);
}
