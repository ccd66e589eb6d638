using System.Collections;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>A range of whole numbers, which is no list: it is written as <c>range(0, 4)</c> and not as JSON.</summary>
/// <param name="start">First number.</param>
/// <param name="stop">Where it ends, itself left out.</param>
/// <param name="step">Distance of neighbours; not 0.</param>
internal sealed class RangeValue(long start, long stop, long step) : IReadOnlyList<object?>
{
    public int Count { get; } = (int)Math.Max(0, Math.Ceiling(((double)stop - start) / step));

    public object? this[int index] => start + (index * step);

    /// <summary>Some of its numbers, as a slice gives them.</summary>
    /// <param name="from">Index of the first.</param>
    /// <param name="to">Index where it ends.</param>
    /// <param name="stride">Distance of indices.</param>
    public RangeValue Slice(long from, long to, long stride) => new(start + (from * step), start + (to * step), step * stride);

    public IEnumerator<object?> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => step == 1 ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})";
}
