using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>
/// Refuses what no RPC takes, wherever it stands in a request: numbers that an enum does not have, numbers that are not finite, text that is not Unicode, NUL in a name.
/// </summary>
/// <remarks>
/// Protobuf enums are open and its floating-point fields hold anything, so each rule of each RPC would have to remember both. What is read of a message is decided once for its
/// type; a message costs about 20 ns for each field that holds such a value, and bulk data (<c>bytes</c>) costs nothing.
/// </remarks>
public static class RequestValues
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageValues> Types = new();

    /// <summary>Checks a whole request.</summary>
    /// <param name="request">The request, or a part of one.</param>
    /// <param name="at">Where it stands in a larger one; null at the top.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.InvalidArgument"/> with every broken field.</exception>
    public static void Check(IMessage request, FieldPath? at = null) => Check(request, at, skipItems: false);

    internal static void Check(IMessage request, FieldPath? at, bool skipItems)
    {
        RequestRules? rules = null;
        Of(request.Descriptor).Check(request, at, skipItems, ref rules);
        rules?.ThrowIfBroken();
    }

    internal static MessageValues Of(MessageDescriptor type) => Types.GetOrAdd(type, static descriptor => new(descriptor));
}
