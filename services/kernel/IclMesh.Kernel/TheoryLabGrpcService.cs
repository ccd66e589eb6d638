using Grpc.Core;
using IclMesh.Kernel.CheckIdentity;
using IclMesh.Kernel.MeasureBias;
using IclMesh.Kernel.MeasureRate;
using IclMesh.Kernel.RunGinc;
using IclMesh.Kernel.RunTable3;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

internal sealed class TheoryLabGrpcService(
    CheckIdentityHandler checkIdentity,
    RunTable3Handler runTable3,
    MeasureRateHandler measureRate,
    MeasureBiasHandler measureBias,
    RunGincHandler runGinc)
    : TheoryLabService.TheoryLabServiceBase
{
    public override Task<CheckIdentityResponse> CheckIdentity(CheckIdentityRequest request, ServerCallContext context) =>
        Task.FromResult(checkIdentity.Handle(request, context.CancellationToken));

    public override Task RunTable3(RunTable3Request request, IServerStreamWriter<RunTable3Response> responseStream, ServerCallContext context) =>
        runTable3.HandleAsync(request, responseStream, context.CancellationToken);

    public override Task MeasureRate(MeasureRateRequest request, IServerStreamWriter<MeasureRateResponse> responseStream, ServerCallContext context) =>
        measureRate.HandleAsync(request, responseStream, context.CancellationToken);

    public override Task<MeasureBiasResponse> MeasureBias(MeasureBiasRequest request, ServerCallContext context) =>
        Task.FromResult(measureBias.Handle(request, context.CancellationToken));

    public override Task RunGinc(RunGincRequest request, IServerStreamWriter<RunGincResponse> responseStream, ServerCallContext context) =>
        runGinc.HandleAsync(request, responseStream, context.CancellationToken);
}
