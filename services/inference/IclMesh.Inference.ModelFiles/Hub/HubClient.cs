using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>Speaks to the hub: lists a repository, asks for a file's size and checksum, and reads it from any byte on.</summary>
/// <remarks>
/// Size and checksum come in the headers of the answer that redirects to the storage, so redirects are followed here, one by one;
/// the token goes to the hub only, never to where it redirects.
/// </remarks>
internal sealed class HubClient(HttpMessageInvoker http, ModelLocations locations)
{
    private const int MaximumRedirects = 5;
    private const int MaximumListingBytes = 64 << 20;

    public async Task<IReadOnlyList<string>> ListAsync(HubReference model, CancellationToken cancellationToken)
    {
        var address = new Uri(locations.HubAddress, $"api/models/{model.Repository}/revision/{Uri.EscapeDataString(model.Revision)}");
        using var response = await SendAsync(HttpMethod.Get, address, from: 0, follow: true, cancellationToken);
        Check(response, model, file: null);
        var buffer = new ArrayBufferWriter<byte>();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        for (int count; (count = await stream.ReadAsync(buffer.GetMemory(), cancellationToken)) > 0;)
        {
            buffer.Advance(count);
            if (buffer.WrittenCount > MaximumListingBytes)
            {
                throw Failed(model, $"lists its files in more than {MaximumListingBytes} bytes");
            }
        }

        try
        {
            using var listing = JsonDocument.Parse(buffer.WrittenMemory);
            var fields = new JsonFields(address.ToString(), listing.RootElement);
            return [.. fields.Objects("siblings").Select(file => file.Text("rfilename")).OfType<string>()];
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw Failed(model, "answers with something else than a list of files", cause);
        }
    }

    public async Task<HubFile> InspectAsync(HubReference model, string file, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Head, Address(model, file), from: 0, follow: false, cancellationToken);
        if (!IsRedirect(response))
        {
            Check(response, model, file);
        }

        var checksum = Header(response, "X-Linked-ETag") ?? Header(response, "ETag") ?? "";
        checksum = checksum.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        var length = Header(response, "X-Linked-Size") is { } size && long.TryParse(size, out var linked)
            ? linked
            : response.Content.Headers.ContentLength;
        return length >= 0 && checksum.Length is 40 or 64 && checksum.All(char.IsAsciiHexDigit)
            ? new(file, length.Value, checksum)
            : throw Failed(model, $"gives no size and checksum for {file}");
    }

    /// <summary>Opens a file at a byte; the answer may begin at 0 where the server does not know ranges.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HubReference model, string file, long from, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, Address(model, file), from, follow: true, cancellationToken);
        try
        {
            Check(response, model, file);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private Uri Address(HubReference model, string file) =>
        new(locations.HubAddress, $"{model.Repository}/resolve/{Uri.EscapeDataString(model.Revision)}/{file}");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, long from, bool follow, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.UserAgent.Add(new("iclmesh", "1"));
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
            }

            if (locations.HubToken is { } token && address.Host == locations.HubAddress.Host && address.Scheme == locations.HubAddress.Scheme)
            {
                request.Headers.Authorization = new("Bearer", token);
            }

            var response = await http.SendAsync(request, cancellationToken);

            // A renamed repository redirects within the hub, and only the final answer has the file's headers.
            var next = IsRedirect(response) && response.Headers.Location is { } location ? new Uri(address, location) : null;
            var within = next?.Host == locations.HubAddress.Host && Header(response, "X-Linked-ETag") is null;
            if (next is null || redirects == MaximumRedirects || !(follow || within))
            {
                return response;
            }

            response.Dispose();
            address = next.Scheme == address.Scheme || next.Scheme == Uri.UriSchemeHttps
                ? next
                : throw new MeshException(ErrorKind.Unavailable, ErrorReasons.LegFailed, $"the hub redirects from {address} to the unprotected {next}");
        }
    }

    private static void Check(HttpResponseMessage response, HubReference model, string? file)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var what = file is null ? model.Repository : $"{model.Repository}/{file}";
        throw response.StatusCode switch
        {
            HttpStatusCode.NotFound => new(ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"the hub does not know {what} at revision {model.Revision}"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new MeshException(
                ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"the hub gives {what} only to those it knows, or does not have it; set HF_TOKEN"),
            _ => Failed(model, $"answers {(int)response.StatusCode} for {what}"),
        };
    }

    private static MeshException Failed(HubReference model, string what, Exception? cause = null) =>
        new(ErrorKind.Unavailable, ErrorReasons.LegFailed, $"the hub {what} ({model.Repository})", cause);

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
