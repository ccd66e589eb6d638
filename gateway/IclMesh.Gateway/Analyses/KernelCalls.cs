using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using IclMesh.Gateway.Legs;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses;

/// <summary>Calls to the kernel service, where all arithmetic of the analyses lives.</summary>
internal sealed class KernelCalls(
    KernelService.KernelServiceClient kernel,
    HeadAnalysisService.HeadAnalysisServiceClient heads,
    EvaluationService.EvaluationServiceClient evaluation)
{
    public async Task<ScanHeadsResponse> ScanHeadsAsync(ScanHeadsOptions options, IEnumerable<RecordedPrompt> prompts, CancellationToken cancellationToken)
    {
        using var call = heads.ScanHeads(cancellationToken: cancellationToken);
        return await StreamAsync(
            call, prompts.Select(prompt => new ScanHeadsRequest { Prompt = prompt }).Prepend(new() { Options = options }), cancellationToken);
    }

    public async Task<CorrelateAttentionResponse> CorrelateAttentionAsync(IEnumerable<CorrelateAttentionRequest> prompts, CancellationToken cancellationToken)
    {
        using var call = heads.CorrelateAttention(cancellationToken: cancellationToken);
        return await StreamAsync(call, prompts, cancellationToken);
    }

    public async Task<AlignAttentionResponse> AlignAttentionAsync(IEnumerable<AlignAttentionRequest> prompts, CancellationToken cancellationToken)
    {
        using var call = heads.AlignAttention(cancellationToken: cancellationToken);
        return await StreamAsync(call, prompts, cancellationToken);
    }

    public async Task<CrossValidateProbesResponse> ProbeAsync(ProbeOptions options, IEnumerable<ProbeSite> sites, CancellationToken cancellationToken)
    {
        using var call = heads.CrossValidateProbes(cancellationToken: cancellationToken);
        return await StreamAsync(
            call, sites.Select(site => new CrossValidateProbesRequest { Site = site }).Prepend(new() { Options = options }), cancellationToken);
    }

    public Task<FitLinearProbeResponse> FitAsync(FitLinearProbeRequest request, CancellationToken cancellationToken) =>
        CallAsync(heads.FitLinearProbeAsync(request, cancellationToken: cancellationToken), cancellationToken);

    public Task<ExplainPredictionResponse> ExplainAsync(ExplainPredictionRequest request, CancellationToken cancellationToken) =>
        CallAsync(kernel.ExplainPredictionAsync(request, cancellationToken: cancellationToken), cancellationToken);

    public Task<RunRegressionResponse> RegressAsync(RunRegressionRequest request, CancellationToken cancellationToken) =>
        CallAsync(kernel.RunRegressionAsync(request, cancellationToken: cancellationToken), cancellationToken);

    public Task<CorrelateValuesResponse> CorrelateAsync(CorrelateValuesRequest request, CancellationToken cancellationToken) =>
        CallAsync(kernel.CorrelateValuesAsync(request, cancellationToken: cancellationToken), cancellationToken);

    public Task<MeasurePredictionsResponse> MeasureAsync(
        IReadOnlyList<double[]> probabilities, IEnumerable<int> gold, IEnumerable<int>? baseline, CancellationToken cancellationToken) =>
        CallAsync(
            evaluation.MeasurePredictionsAsync(
                new() { Probabilities = Matrix(probabilities), Gold = { gold }, Baseline = { baseline ?? [] } }, cancellationToken: cancellationToken),
            cancellationToken);

    public Task<CombinePredictionsResponse> CombineAsync(CombinePredictionsRequest request, CancellationToken cancellationToken) =>
        CallAsync(evaluation.CombinePredictionsAsync(request, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Rows as a matrix of the API.</summary>
    public static DoubleMatrix Matrix(IReadOnlyList<double[]> rows) => new()
    {
        Rows = rows.Count,
        Columns = rows.Count == 0 ? 0 : rows[0].Length,
        Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(rows.SelectMany(row => row).ToArray())),
    };

    /// <summary>Values of a matrix of the API, row by row.</summary>
    public static double[] Values(DoubleMatrix matrix) => MemoryMarshal.Cast<byte, double>(matrix.Values.Span).ToArray();

    /// <summary>A tensor of the API.</summary>
    public static Type.V1.Tensor Tensor(IEnumerable<int> shape, ReadOnlySpan<float> values) =>
        new() { Shape = { shape }, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };

    private static async Task<T> CallAsync<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
    {
        using (call)
        {
            return await Leg.NameFailures(Leg.Analyze, call.ResponseAsync, cancellationToken);
        }
    }

    private static async Task<TResponse> StreamAsync<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, IEnumerable<TRequest> messages, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message, cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The service ended the call while data were sent; why, the response says.
        }

        return await Leg.NameFailures(Leg.Analyze, call.ResponseAsync, cancellationToken);
    }
}
