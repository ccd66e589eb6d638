using Grpc.Core;
using IclMesh.Inference.V1;

namespace IclMesh.Inference;

/// <summary>The service's RPCs, one expression each.</summary>
internal sealed class InferenceGrpcService(
    Score.ScoreHandler score,
    Embed.EmbedHandler embed,
    Tokenize.TokenizeHandler tokenize,
    GetModel.GetModelHandler getModel,
    ListModels.ListModelsHandler listModels) : InferenceService.InferenceServiceBase
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
    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
        getModel.HandleAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
        Task.FromResult(listModels.Handle(request));
}
