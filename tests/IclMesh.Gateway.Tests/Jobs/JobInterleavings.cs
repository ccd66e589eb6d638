using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>Random schedules of the steps of two gateways and their callers on one job, each step compared with a model in memory.</summary>
/// <remarks>
/// Every step of the store is one transaction, so that all interleavings of two gateways are sequences of these steps. A gateway that dies
/// does nothing more: its lease runs out. One that only was slow wakes up and tries to write with what it had.
/// </remarks>
internal sealed class JobInterleavings(GatewayDatabase database)
{
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);
    private static readonly JobProgressReport Progress = new("recording", 1, 2, 1);

    private readonly JobStore store = new(database);
    private readonly ShardStore shards = new(database);

    /// <summary>Number of kinds of steps times outcomes that a run of some hundred schedules meets: nothing that is checked is out of reach.</summary>
    public const int AllTransitions = 25;

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Kinds of steps with their outcome.</summary>
    public HashSet<string> Seen { get; } = [];

    /// <summary>Runs one schedule.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="length">Number of steps.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(int seed, int length, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var attempts = new List<JobAttempt>();
        var trace = new List<string>();
        Model? model = null;
        await ClearAsync(cancellationToken);
        for (var step = 0; step < length; step++)
        {
            var attempt = attempts.Count > 0 ? attempts[random.Next(attempts.Count)] : null;
            var held = attempt is not null && model is { State: JobState.Running } && model.Incarnation == attempt.Incarnation && model.Attempts == attempt.Number;
            var kind = random.Next(10);
            string did;
            switch (kind)
            {
                case 0:
                    var (entry, added) = await store.AddAsync("job", Spec(), 100, cancellationToken);
                    Check(added == model is null, "add", trace, seed);
                    did = $"add {added}";
                    model ??= new(entry.Incarnation);
                    break;
                case 1:
                    var expected = model is { State: JobState.Queued } or { State: JobState.Running, Over: true };
                    var claimed = await store.ClaimAsync(random.Next(2) == 0 ? Lease : -Lease, cancellationToken);
                    Check((claimed is not null) == expected, "claim", trace, seed);
                    did = $"claim {expected} {(expected ? model!.State : null)}";
                    if (claimed is not null)
                    {
                        model!.Attempts++;
                        model.State = JobState.Running;
                        model.Over = await IsOverAsync(cancellationToken);
                        Check(claimed.Attempt == new JobAttempt(model.Incarnation, model.Attempts), "token", trace, seed);
                        attempts.Add(claimed.Attempt);
                    }

                    break;
                case 2 when attempt is not null:
                    Check(await store.RenewAsync(attempt, Progress, Lease, cancellationToken) == held, "renew", trace, seed);
                    did = $"renew {held}";
                    model?.Over &= !held;
                    break;
                case 3 when attempt is not null:
                    var success = random.Next(2) == 0;
                    var end = success ? new JobEnd(JobState.Succeeded, Progress, attempt.Incarnation) : new JobEnd(JobState.Failed, Progress, Error: new() { Code = 13 });
                    Check(await store.EndAsync(attempt, end, redacted: null, cancellationToken) == held, "end", trace, seed);
                    did = $"end {held} {(held ? end.State : null)}";
                    model?.Move(held, end.State);
                    break;
                case 4 when attempt is not null:
                    Check(await store.ReleaseAsync(attempt, Progress, cancellationToken) == held, "release", trace, seed);
                    did = $"release {held}";
                    model?.Move(held, JobState.Queued);
                    break;
                case 5 when attempt is not null:
                    var number = random.Next(3);
                    var written = await WriteAsync(attempt, number, cancellationToken);
                    Check(written == held, "shard", trace, seed);
                    did = $"shard {held}";
                    if (held)
                    {
                        model!.Shards.Add(number);
                    }

                    break;
                case 6:
                    var cancels = model is { State: JobState.Queued or JobState.Running };
                    did = $"cancel {cancels} {(cancels ? model!.State : null)}";
                    Check(await store.CancelAsync("job", cancellationToken) == cancels, "cancel", trace, seed);
                    model?.Move(cancels, JobState.Cancelled);
                    break;
                case 7:
                    var resumes = model is { State: JobState.Failed or JobState.Cancelled };
                    did = $"resume {resumes} {(resumes ? model!.State : null)}";
                    Check(await store.ResumeAsync("job", cancellationToken) == resumes, "resume", trace, seed);
                    model?.Move(resumes, JobState.Queued);
                    break;
                case 8:
                    var deletes = model is { State: JobState.Succeeded or JobState.Failed or JobState.Cancelled };
                    did = $"delete {deletes} {(deletes ? model!.State : null)}";
                    Check(await store.DeleteAsync("job", cancellationToken) == deletes, "delete", trace, seed);
                    model = deletes ? null : model;
                    break;
                case 9 when model is { State: JobState.Running }:
                    // The holder is silent for longer than its lease.
                    await SqlAsync("UPDATE jobs SET lease_until = 0", cancellationToken);
                    did = "silence";
                    model.Over = true;
                    break;
                default:
                    continue;
            }

            Steps++;
            Seen.Add(did);
            trace.Add(did);
            await CompareAsync(model, trace, seed, cancellationToken);
        }
    }

    private async Task CompareAsync(Model? model, List<string> trace, int seed, CancellationToken cancellationToken)
    {
        var entry = await store.FindAsync("job", cancellationToken);
        Check((entry is null) == model is null, "exists", trace, seed);
        if (entry is not null)
        {
            Check((entry.State, entry.Attempts, entry.Incarnation) == (model!.State, model.Attempts, model.Incarnation), "state", trace, seed);
            var result = await store.FindResultAsync(entry.Incarnation, cancellationToken);
            Check((result == entry.Incarnation) == (entry.State == JobState.Succeeded), "result", trace, seed);
            var stored = (await shards.ListAsync(entry.Incarnation, cancellationToken)).Select(shard => shard.Number);
            Check(stored.SequenceEqual(model.Shards), "shards", trace, seed);
        }

        Check(await CountForeignAsync(cancellationToken) == 0, "foreign shards", trace, seed);
    }

    private async Task<bool> WriteAsync(JobAttempt attempt, int number, CancellationToken cancellationToken)
    {
        try
        {
            await shards.AddAsync(attempt, new("base", number, [1], []), cancellationToken);
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    private async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (var table in new[] { "jobs", "job_documents", "job_shards" })
        {
            await SqlAsync($"DELETE FROM {table}", cancellationToken);
        }
    }

    private Task<int> SqlAsync(string sql, CancellationToken cancellationToken) =>
        database.RunAsync(connection => connection.Command(sql).RunAsync(cancellationToken), cancellationToken);

    private Task<bool> IsOverAsync(CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command($"SELECT lease_until < {database.Dialect.Now} FROM jobs").FirstAsync(row => Convert.ToBoolean(row.GetValue(0), null), cancellationToken),
        cancellationToken);

    /// <summary>Shards and documents that belong to no job.</summary>
    private Task<long> CountForeignAsync(CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.Command(
            """
            SELECT (SELECT count(*) FROM job_shards WHERE incarnation NOT IN (SELECT incarnation FROM jobs))
                 + (SELECT count(*) FROM job_documents WHERE incarnation NOT IN (SELECT incarnation FROM jobs))
            """).FirstAsync(row => row.GetInt64(0), cancellationToken),
        cancellationToken);

    private static JobSpec Spec() => new() { Study = new() { Model = "lm", Rows = { new StudyRow { Text = "a", Label = "x" } } }, Evaluation = new() };

    private static void Check(bool holds, string what, List<string> trace, int seed) => Assert.True(holds, $"{what} after {string.Join(", ", trace)} (seed {seed})");

    private sealed class Model(string incarnation)
    {
        public string Incarnation => incarnation;

        public JobState State { get; set; } = JobState.Queued;

        public int Attempts { get; set; }

        /// <summary>The lease is over.</summary>
        public bool Over { get; set; }

        public SortedSet<int> Shards { get; } = [];

        public void Move(bool moves, JobState to) => State = moves ? to : State;
    }
}
