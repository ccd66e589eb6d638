using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>How <see cref="RequestValues"/> applies to one RPC.</summary>
/// <remarks>A batch that answers each of its items refuses a broken item there; what stands around the items is checked for the whole.</remarks>
internal static class CallValues<TRequest, TResponse>
{
    private static readonly bool AnswersOneByOne = typeof(IMessage).IsAssignableFrom(typeof(TResponse)) && AnswersItems(((IMessage)Activator.CreateInstance<TResponse>()!).Descriptor);
    private static readonly bool IsAnItem = typeof(IMessage).IsAssignableFrom(typeof(TResponse)) && MayBeAnError(((IMessage)Activator.CreateInstance<TResponse>()!).Descriptor);

    public static void Check(TRequest request)
    {
        if (!IsAnItem && request is IMessage message)
        {
            RequestValues.Check(message, at: null, AnswersOneByOne);
        }
    }

    private static bool AnswersItems(MessageDescriptor response) =>
        response.Fields.InFieldNumberOrder().Any(field => field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message } && MayBeAnError(field.MessageType));

    private static bool MayBeAnError(MessageDescriptor answer) =>
        answer.Fields.InFieldNumberOrder().Any(field => field is { FieldType: FieldType.Message, ContainingOneof: not null } && field.MessageType == Google.Rpc.Status.Descriptor);
}
