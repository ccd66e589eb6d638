using IclMesh.Inference.Core.Caching;

namespace IclMesh.Inference.Core.Scheduling;

/// <summary>One key-value buffer and the tokens that it holds; a worker takes one for each call and gives it back.</summary>
internal sealed class DecoderSequence(ITransformerModel model, PrefixCache cache) : IDisposable
{
    /// <summary>Tokens of one run: longer chunks keep more activations alive, shorter ones waste the matrix units.</summary>
    public const int Chunk = 256;

    /// <summary>Buffers grow in steps, so that prompts of similar lengths reuse one.</summary>
    private const int CapacityStep = 256;

    private readonly List<int> resident = [];
    private KeyValueBuffer? buffer;

    /// <summary>Keys and values.</summary>
    public KeyValueBuffer Buffer => buffer ?? throw new InvalidOperationException("Begin comes first");

    /// <summary>Tokens whose keys and values are in the buffer.</summary>
    public int Length => resident.Count;

    /// <summary>Leading tokens of a prompt that the buffer holds already.</summary>
    public int Overlap(ReadOnlySpan<int> tokens) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(resident).CommonPrefixLength(tokens);

    /// <summary>Makes room and brings in as much of the prompt as is known.</summary>
    /// <param name="tokens">The prompt.</param>
    /// <param name="keep">Most tokens to take from what is known; the rest must be run.</param>
    /// <param name="capacity">Tokens that must fit.</param>
    /// <returns>Leading tokens that need not be run.</returns>
    public int Begin(ReadOnlySpan<int> tokens, int keep, int capacity)
    {
        var wanted = tokens[..keep];
        var overlap = Overlap(wanted);
        if (buffer is null || buffer.Capacity < capacity || buffer.Capacity > 4 * Math.Max(capacity, CapacityStep))
        {
            if (overlap > 0)
            {
                cache.Store(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(resident), Buffer);
            }

            buffer?.Dispose();
            buffer = null;
            overlap = 0;
            buffer = Create(capacity);
        }

        var known = cache.Restore(wanted, overlap, buffer);
        resident.Clear();
        resident.AddRange(tokens[..known]);
        return known;
    }

    /// <summary>Makes room for more tokens behind those that the buffer holds.</summary>
    /// <param name="capacity">Tokens that must fit.</param>
    public void Grow(int capacity)
    {
        if (Buffer.Capacity >= capacity)
        {
            return;
        }

        var larger = Create(capacity);
        var length = Length * model.Configuration.HeadSize;
        for (var layer = 0; layer < model.Configuration.Layers; layer++)
        {
            for (var head = 0; head < model.Configuration.KeyValueHeads; head++)
            {
                Buffer.Keys(layer, head)[..length].CopyTo(larger.Keys(layer, head));
                Buffer.Values(layer, head)[..length].CopyTo(larger.Values(layer, head));
            }
        }

        Buffer.Dispose();
        buffer = larger;
    }

    /// <summary>Runs the rest of a prompt in chunks; rows are asked of its last token only.</summary>
    /// <param name="tokens">The whole prompt; what <see cref="Begin"/> brought in is skipped.</param>
    /// <param name="captureAttention">Returns the attention of the last token.</param>
    /// <param name="captureHidden">Returns the residual stream of the last token.</param>
    /// <param name="cancellationToken">Checked between chunks and inside them.</param>
    /// <returns>The last chunk's result.</returns>
    public ForwardResult Prefill(
        ReadOnlyMemory<int> tokens, bool captureAttention, bool captureHidden, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = Math.Min(Chunk, tokens.Length - Length);
            var last = Length + length == tokens.Length;
            int[] row = last ? [length - 1] : [];
            var result = Append(
                new ForwardPass
                {
                    Tokens = tokens.Slice(Length, length),
                    Past = Length,
                    LogitRows = row,
                    AttentionRows = captureAttention ? row : [],
                    HiddenRows = captureHidden ? row : [],
                },
                cancellationToken);
            if (last)
            {
                return result;
            }

            result.Dispose();
        }
    }

    /// <summary>Runs a pass whose tokens become part of the sequence.</summary>
    public ForwardResult Append(ForwardPass pass, CancellationToken cancellationToken)
    {
        var result = model.Run(pass, Buffer, cancellationToken);
        resident.AddRange(pass.Tokens.Span);
        return result;
    }

    /// <summary>Runs a pass whose tokens are forgotten again: the next pass overwrites them.</summary>
    public ForwardResult Probe(ForwardPass pass, CancellationToken cancellationToken) => model.Run(pass, Buffer, cancellationToken);

    /// <summary>Remembers the whole sequence for later prompts.</summary>
    public void Remember() => cache.Store(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(resident), Buffer);

    /// <inheritdoc/>
    public void Dispose() => buffer?.Dispose();

    private KeyValueBuffer Create(int capacity)
    {
        var rounded = (capacity + CapacityStep - 1) / CapacityStep * CapacityStep;
        return model.CreateBuffer(Math.Max(capacity, Math.Min(rounded, model.Configuration.ContextLength)));
    }
}
