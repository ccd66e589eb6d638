using Grpc.Core;
using IclMesh.Gateway.Analyses;
using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace IclMesh.Gateway.Jobs;

/// <summary>Records what a job needs, shard by shard, and computes its result.</summary>
internal sealed class JobExecution(
    ShardStore shards,
    InferenceService.InferenceServiceClient inference,
    RetrievalService.RetrievalServiceClient retrieval,
    ModelRecords models,
    AnalysisFactory analyses,
    IOptions<JobOptions> options,
    TimeProvider clock)
{
    private readonly ResiliencePipeline retries = Retries(options.Value, clock);

    /// <summary>Runs a job to its end.</summary>
    /// <param name="job">The job.</param>
    /// <param name="progress">Told of every recorded prompt and every phase.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The result as JSON.</returns>
    /// <exception cref="LeaseLostException">The job was cancelled, deleted or taken over.</exception>
    public async Task<string> RunAsync(ClaimedJob job, JobProgress progress, CancellationToken cancellationToken)
    {
        progress.Enter("preparing");
        var record = await retries.ExecuteAsync(async token => await models.GetAsync(job.Spec.Study.Model, token), cancellationToken);
        var study = new StudyContext(job.Spec.Study, record);
        var tools = new RecordingTools(study, new(study, inference, retrieval), inference);
        var analysis = analyses.Create(job.Spec);
        var plan = analysis.Plan(study, tools);
        var stored = (await retries.ExecuteAsync(async token => await shards.ListAsync(job.Attempt.Incarnation, token), cancellationToken)).ToHashSet();
        progress.Expect(plan.Sum(series => series.Rows.Count));
        foreach (var series in plan)
        {
            progress.Enter($"recording {series.Name}");
            foreach (var (number, rows) in series.Rows.Chunk(options.Value.ShardRows).Index())
            {
                if (stored.Contains((series.Name, number)))
                {
                    progress.Skip(rows.Length);
                }
                else
                {
                    var shard = await RecordAsync(series, number, rows, progress, cancellationToken);
                    await retries.ExecuteAsync(async token => await shards.AddAsync(job.Attempt, shard, token), cancellationToken);
                }
            }
        }

        progress.Enter("computing");
        return ResultJson.Write(await retries.ExecuteAsync(
            async token => await analysis.ComputeAsync(study, new(shards, job.Attempt.Incarnation), token), cancellationToken));
    }

    private async Task<JobShard> RecordAsync(ISeries series, int number, int[] rows, JobProgress progress, CancellationToken cancellationToken)
    {
        var units = new RecordedUnit[rows.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, rows.Length, parallel, async (index, token) =>
        {
            try
            {
                units[index] = await retries.ExecuteAsync(async t => await series.RecordAsync(rows[index], t), token);
                progress.Finish();
            }
            catch (MeshException failure)
            {
                throw Locate(failure, series.Name, rows[index]);
            }
            catch (RpcException failure) when (!token.IsCancellationRequested)
            {
                throw Locate(Translate(failure), series.Name, rows[index]);
            }
        });
        return Trace.Pack(series.Name, number, units);
    }

    private static MeshException Locate(MeshException failure, string series, int row) =>
        new(failure.Kind, failure.Reason, $"{series}, row {row}: {failure.Message}", failure)
        {
            Violations = failure.Violations,
            Metadata = new Dictionary<string, string>(failure.Metadata) { ["condition"] = series, ["row"] = $"{row}" },
        };

    private static MeshException Translate(RpcException failure) => new(
        failure.StatusCode switch
        {
            StatusCode.InvalidArgument => ErrorKind.InvalidArgument,
            StatusCode.NotFound => ErrorKind.NotFound,
            StatusCode.ResourceExhausted => ErrorKind.ResourceExhausted,
            StatusCode.DataLoss => ErrorKind.DataLoss,
            _ => ErrorKind.FailedPrecondition,
        },
        failure.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? ErrorReasons.LegFailed,
        failure.Status.Detail,
        failure);

    /// <summary>Waits out services and a store that are down, late or full.</summary>
    private static ResiliencePipeline Retries(JobOptions options, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = clock };
        return options.Retries == 0
            ? builder.Build()
            : builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder()
                    .Handle<MeshException>(failure => failure.Reason is ErrorReasons.LegFailed or ErrorReasons.QueueFull or ErrorReasons.StorageUnavailable)
                    .Handle<RpcException>(failure => failure.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted),
                MaxRetryAttempts = options.Retries,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(30),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            }).Build();
    }
}
