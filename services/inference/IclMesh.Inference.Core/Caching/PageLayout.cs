using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Caching;

/// <summary>Copies keys and values between pages and buffers.</summary>
internal sealed class PageLayout(ModelConfiguration configuration)
{
    private const int Tokens = PrefixCache.PageTokens;

    /// <summary>Numbers in one page.</summary>
    public int PageLength { get; } =
        checked(configuration.Layers * 2 * configuration.KeyValueHeads * Tokens * configuration.HeadSize);

    /// <summary>Bytes of one page.</summary>
    public long PageBytes => (long)PageLength * sizeof(float);

    /// <summary>Copies tokens from pages into a buffer.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="first">Place of the first token, counted from the start of the first page.</param>
    /// <param name="count">Number of tokens.</param>
    /// <param name="buffer">Receives them.</param>
    /// <param name="at">Place of the first token in the buffer.</param>
    public void Load(KeyValuePage[] pages, int first, int count, KeyValueBuffer buffer, int at) =>
        Walk(buffer, at, count, first, (page, pageStart, bufferStart, length, lane, span) =>
            pages[page].Data.AsSpan(lane + pageStart, length).CopyTo(span.Slice(bufferStart, length)));

    /// <summary>Copies tokens from a buffer into pages, from the start of the first page on.</summary>
    public void Save(KeyValuePage[] pages, KeyValueBuffer buffer, int from, int count) =>
        Walk(buffer, from, count, 0, (page, pageStart, bufferStart, length, lane, span) =>
            span.Slice(bufferStart, length).CopyTo(pages[page].Data.AsSpan(lane + pageStart, length)));

    private delegate void SpanCopy(int page, int pageStart, int bufferStart, int length, int lane, Span<float> span);

    private void Walk(KeyValueBuffer buffer, int bufferToken, int count, int pageToken, SpanCopy copy)
    {
        var size = configuration.HeadSize;
        var lane = 0;
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            for (var side = 0; side < 2; side++)
            {
                for (var head = 0; head < configuration.KeyValueHeads; head++, lane += Tokens * size)
                {
                    var span = side == 0 ? buffer.Keys(layer, head) : buffer.Values(layer, head);
                    for (var done = 0; done < count;)
                    {
                        var place = (pageToken + done) % Tokens;
                        var run = Math.Min(count - done, Tokens - place);
                        copy((pageToken + done) / Tokens, place * size, (bufferToken + done) * size, run * size, lane, span);
                        done += run;
                    }
                }
            }
        }
    }
}
