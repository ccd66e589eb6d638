using System.Buffers;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace IclMesh.Gateway.Rest;

/// <summary>
/// Reads every REST request strictly before transcoding reads it: what it does not know it would pass over, and what it cannot read it would refuse without naming a field.
/// </summary>
internal sealed class RestRequests(RequestDelegate next, IOptions<HostingOptions> options)
{
    private const string Json = "application/json";
    private const string ContentTypeField = "Content-Type";

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (RestCall.Of(context.GetEndpoint()) is not { } call)
        {
            await next(context);
            return;
        }

        try
        {
            DecodeSlashes(request.RouteValues);
            request.Query = QueryParameters.Check(request.Query, call);
            await ReadBodyAsync(request, call, context.RequestAborted);
        }
        catch (MeshException exception)
        {
            await RestError.WriteAsync(context, HttpStatus(exception), StatusTranslator.ToStatus(exception));
            return;
        }

        await next(context);
    }

    private static int HttpStatus(MeshException exception) => exception switch
    {
        { Kind: ErrorKind.ResourceExhausted } => StatusCodes.Status413PayloadTooLarge,
        { Violations: [{ Field: ContentTypeField }, ..] } => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>Names may hold a slash; in a path it can be written as <c>%2F</c>, which routing leaves as it is.</summary>
    private static void DecodeSlashes(RouteValueDictionary values)
    {
        foreach (var (name, value) in values.ToList())
        {
            if (value is string text && text.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            {
                values[name] = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
        && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private async Task ReadBodyAsync(HttpRequest request, RestCall call, CancellationToken cancellationToken)
    {
        var body = await BufferAsync(request, cancellationToken);
        if (call.Body is null)
        {
            if (body.WrittenCount > 0 && !body.WrittenSpan.Trim(" \t\r\n"u8).SequenceEqual("{}"u8))
            {
                throw MeshException.Invalid("body", "this call takes none: its fields are in the path or query parameters");
            }

            return;
        }

        if (!IsJson(request.ContentType))
        {
            throw MeshException.Invalid(ContentTypeField, $"must be {Json} in UTF-8, is '{request.ContentType}'");
        }

        var read = JsonBody.Rewrite(body.WrittenSpan, call.Body, call.InPath.ToDictionary(field => field.Key, field => $"{request.RouteValues[field.Value]}"));
        request.ContentType = Json;
        request.ContentLength = read.Length;
        request.Body = new MemoryStream(read);
    }

    private async Task<ArrayBufferWriter<byte>> BufferAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxReceiveMessageBytes;
        if (request.ContentLength > limit)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of the body", limit, request.ContentLength.Value);
        }

        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                buffer.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (buffer.WrittenCount > limit)
            {
                throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of the body", limit, buffer.WrittenCount);
            }

            if (read.IsCompleted)
            {
                return buffer;
            }
        }
    }
}
