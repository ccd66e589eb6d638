using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;
using IclMesh.ServiceDefaults.Requests;

namespace IclMesh.Gateway.Predict;

/// <summary>Answers one item of many: its failure is its own.</summary>
internal sealed partial class ItemPredictor(PredictHandler predict, ILogger<ItemPredictor> logger)
{
    /// <summary>The prediction, or the status that <c>Predict</c> would have failed with.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task<(PredictResponse? Prediction, Google.Rpc.Status? Error)> PredictAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        try
        {
            RequestValues.Check(request);
            return (await predict.HandleAsync(request, cancellationToken), null);
        }
        catch (MeshException exception)
        {
            return (null, StatusTranslator.ToStatus(exception));
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException exception)
        {
            return (null, exception.GetRpcStatus() ?? new() { Code = (int)exception.StatusCode, Message = exception.Status.Detail });
        }
        catch (Exception exception)
        {
            LogUnexpected(exception);
            return (null, StatusTranslator.Internal());
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "An item failed unexpectedly")]
    private partial void LogUnexpected(Exception exception);
}
