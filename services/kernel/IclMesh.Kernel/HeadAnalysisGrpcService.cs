using Grpc.Core;
using IclMesh.Kernel.AlignAttention;
using IclMesh.Kernel.CorrelateAttention;
using IclMesh.Kernel.CrossValidateProbes;
using IclMesh.Kernel.FitLinearProbe;
using IclMesh.Kernel.ScanHeads;
using IclMesh.Kernel.ScoreInduction;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

internal sealed class HeadAnalysisGrpcService(
    ScanHeadsHandler scanHeads,
    CorrelateAttentionHandler correlateAttention,
    AlignAttentionHandler alignAttention,
    CrossValidateProbesHandler crossValidateProbes,
    FitLinearProbeHandler fitLinearProbe,
    ScoreInductionHandler scoreInduction)
    : HeadAnalysisService.HeadAnalysisServiceBase
{
    public override Task<ScanHeadsResponse> ScanHeads(IAsyncStreamReader<ScanHeadsRequest> requestStream, ServerCallContext context) =>
        scanHeads.HandleAsync(requestStream, context.CancellationToken);

    public override Task<CorrelateAttentionResponse> CorrelateAttention(
        IAsyncStreamReader<CorrelateAttentionRequest> requestStream, ServerCallContext context) =>
        correlateAttention.HandleAsync(requestStream, context.CancellationToken);

    public override Task<AlignAttentionResponse> AlignAttention(IAsyncStreamReader<AlignAttentionRequest> requestStream, ServerCallContext context) =>
        alignAttention.HandleAsync(requestStream, context.CancellationToken);

    public override Task<CrossValidateProbesResponse> CrossValidateProbes(
        IAsyncStreamReader<CrossValidateProbesRequest> requestStream, ServerCallContext context) =>
        crossValidateProbes.HandleAsync(requestStream, context.CancellationToken);

    public override Task<FitLinearProbeResponse> FitLinearProbe(FitLinearProbeRequest request, ServerCallContext context) =>
        Task.FromResult(fitLinearProbe.Handle(request, context.CancellationToken));

    public override Task<ScoreInductionResponse> ScoreInduction(ScoreInductionRequest request, ServerCallContext context) =>
        Task.FromResult(scoreInduction.Handle(request));
}
