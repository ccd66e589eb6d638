using Grpc.Core;
using IclMesh.Inference.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Inference;

/// <summary>The service's RPCs, one expression each.</summary>
internal sealed class InferenceGrpcService(
    Score.ScoreHandler score,
    Embed.EmbedHandler embed,
    Tokenize.TokenizeHandler tokenize,
    Detokenize.DetokenizeHandler detokenize,
    Capture.CaptureHandler capture,
    Generate.GenerateHandler generate,
    GetModel.GetModelHandler getModel,
    ListModels.ListModelsHandler listModels,
    LoadModel.LoadModelHandler loadModel,
    UnloadModel.UnloadModelHandler unloadModel,
    IOptions<InferenceOptions> options) : InferenceService.InferenceServiceBase
{
    /// <inheritdoc/>
    public override Task<ScoreResponse> Score(ScoreRequest request, ServerCallContext context) =>
        score.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context) =>
        embed.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<TokenizeResponse> Tokenize(TokenizeRequest request, ServerCallContext context) =>
        tokenize.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<DetokenizeResponse> Detokenize(DetokenizeRequest request, ServerCallContext context) =>
        detokenize.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task Capture(CaptureRequest request, IServerStreamWriter<CaptureResponse> responseStream, ServerCallContext context) =>
        responseStream.WriteAllAsync(capture.HandleAsync(request, context.CancellationToken), options.Value.StallTimeout, context);

    /// <inheritdoc/>
    public override Task Generate(GenerateRequest request, IServerStreamWriter<GenerateResponse> responseStream, ServerCallContext context) =>
        responseStream.WriteAllAsync(generate.HandleAsync(request, context.CancellationToken), options.Value.StallTimeout, context);

    /// <inheritdoc/>
    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
        getModel.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
        Task.FromResult(listModels.Handle(request));

    /// <inheritdoc/>
    public override Task<LoadModelResponse> LoadModel(LoadModelRequest request, ServerCallContext context) =>
        loadModel.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<UnloadModelResponse> UnloadModel(UnloadModelRequest request, ServerCallContext context) =>
        unloadModel.HandleAsync(request, context.CancellationToken);
}
