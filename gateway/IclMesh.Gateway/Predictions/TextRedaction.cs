using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace IclMesh.Gateway.Predictions;

/// <summary>Takes out of a message every text that a person may have written: all strings and byte strings but the names of resources, labels and views.</summary>
/// <remarks>What is kept is listed, so that a field that is added later is taken out until somebody decides otherwise.</remarks>
internal static class TextRedaction
{
    private static readonly HashSet<string> Kept =
    [
        "iclmesh.gateway.v1.StoredPrediction.id",
        "iclmesh.gateway.v1.PredictRequest.collection",
        "iclmesh.gateway.v1.PredictRequest.model",
        "iclmesh.gateway.v1.PredictRequest.encoder",
        "iclmesh.gateway.v1.PredictRequest.task",
        "iclmesh.gateway.v1.Label.name",
        "iclmesh.gateway.v1.Label.word",
        "iclmesh.gateway.v1.Label.stored_values",
        "iclmesh.gateway.v1.PredictResponse.label",
        "iclmesh.gateway.v1.PredictResponse.trace_id",
        "iclmesh.gateway.v1.PredictResponse.logits_hash",
        "iclmesh.gateway.v1.PredictResponse.task",
        "iclmesh.gateway.v1.PredictResponse.prediction_id",
        "iclmesh.gateway.v1.LabelProbability.label",
        "iclmesh.gateway.v1.DemonstrationReceipt.label",
        "iclmesh.gateway.v1.DemonstrationReceipt.reason",
        "iclmesh.gateway.v1.CombinedAnswer.label",
        "iclmesh.gateway.v1.CombinedAnswer.kernel_label",
        "iclmesh.gateway.v1.Calibration.label",
        "iclmesh.gateway.v1.LegTiming.leg",
        "iclmesh.inference.v1.ModelReference.name",
        "iclmesh.inference.v1.ModelReference.version",
        "iclmesh.inference.v1.ModelReference.precision",
        "iclmesh.inference.v1.ModelReference.provider",
        "iclmesh.inference.v1.StageTiming.stage",
        "iclmesh.kernel.v1.HeadProfile.name",
        "iclmesh.kernel.v1.KernelView.name",
        "iclmesh.retrieval.v1.Rejection.reason",
        "iclmesh.type.v1.Tensor.values",
    ];

    /// <summary>Takes the texts out of a message, which is changed.</summary>
    public static void Apply(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType is FieldType.String or FieldType.Bytes)
            {
                if (!Kept.Contains(field.FullName))
                {
                    field.Accessor.Clear(message);
                }
            }
            else if (field.IsMap)
            {
                field.Accessor.Clear(message);
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var inner in field.IsRepeated ? ((System.Collections.IList)field.Accessor.GetValue(message)).Cast<IMessage?>() : [field.Accessor.GetValue(message) as IMessage])
                {
                    if (inner is Any)
                    {
                        // Details of an error may repeat what was wrong.
                        field.Accessor.Clear(message);
                        break;
                    }

                    if (inner is not null)
                    {
                        Apply(inner);
                    }
                }
            }
        }
    }
}
