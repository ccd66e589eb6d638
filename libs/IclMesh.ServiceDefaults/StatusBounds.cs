using Google.Rpc;

namespace IclMesh.ServiceDefaults;

/// <summary>
/// Keeps a status below what every HTTP/2 client takes as trailers: whatever a caller sends, the error about it arrives.
/// </summary>
/// <remarks>
/// A status travels twice: its message percent-encoded as <c>grpc-message</c>, the whole as base64 in <c>grpc-status-details-bin</c>. Clients commonly refuse more than
/// 8 KiB of metadata, and then report <c>RESOURCE_EXHAUSTED</c> or <c>INTERNAL</c> in place of the error.
/// </remarks>
internal static class StatusBounds
{
    /// <summary>Most broken fields that are named.</summary>
    public const int MaxViolations = 50;

    /// <summary>Most bytes of the encoded status.</summary>
    public const int MaxBytes = 4000;

    /// <summary>Metadata of an <c>ErrorInfo</c> that counts the broken fields which are not named.</summary>
    public const string OmittedViolations = "omitted_violations";

    private const int MaxMessageBytes = 900;
    private const int MaxMetadataBytes = 900;
    private const int LeastValue = 16;

    // Type URL, tags and lengths of one packed detail, generously.
    private const int DetailOverhead = 60;
    private const int ViolationOverhead = 4;

    /// <summary>The message, short enough to be percent-encoded.</summary>
    public static string Message(string message) => Excerpt.Within(message, MaxMessageBytes, PercentEncoded);

    /// <summary>Metadata with short names and values.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Metadata(IReadOnlyDictionary<string, string> metadata)
    {
        var left = MaxMetadataBytes;
        foreach (var (key, value) in metadata)
        {
            var cut = Excerpt.Within(Excerpt.Name(value), Math.Max(LeastValue, left), Excerpt.Utf8);
            left -= cut.Sum(Excerpt.Utf8);
            yield return new(key, cut);
        }
    }

    /// <summary>As many broken fields as fit beside what a status holds already.</summary>
    public static BadRequest Violations(IReadOnlyList<FieldViolation> violations, Google.Rpc.Status status, ErrorInfo info)
    {
        var encoded = status.Message.Sum(PercentEncoded);
        var left = ((MaxBytes - encoded) / 4 * 3) - status.CalculateSize() - info.CalculateSize() - (3 * DetailOverhead);
        var request = new BadRequest();
        foreach (var violation in violations.Take(MaxViolations))
        {
            var bounded = new BadRequest.Types.FieldViolation { Field = Excerpt.Name(violation.Field), Description = Excerpt.Name(violation.Description) };
            left -= bounded.CalculateSize() + ViolationOverhead;
            if (left < 0 && request.FieldViolations.Count > 0)
            {
                break;
            }

            request.FieldViolations.Add(bounded);
        }

        return request;
    }

    private static int PercentEncoded(char character) => character is >= ' ' and <= '~' and not '%' ? 1 : 3 * Excerpt.Utf8(character);
}
