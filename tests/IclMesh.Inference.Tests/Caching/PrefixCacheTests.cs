using CsCheck;
using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Tests.Caching;

public sealed class PrefixCacheTests
{
    private static readonly ModelConfiguration Configuration = new()
    {
        Family = ModelFamily.Llama,
        Layers = 2,
        HiddenSize = 8,
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 2,
        FeedForwardSize = 8,
        VocabularySize = 4,
        ContextLength = 200,
        NormEpsilon = 1e-5f,
    };

    private static readonly long PageBytes = new PageLayout(Configuration).PageBytes;

    [Fact]
    public void Restore_AnyHistory_BringsBackWhatWasStored() =>
        Gen.Int[0, 2].Array[1, 60].Array[1, 30].Sample(prompts =>
        {
            var cache = new PrefixCache(Configuration, long.MaxValue);
            foreach (var prompt in prompts)
            {
                cache.Store(prompt, Filled(prompt));
            }

            foreach (var prompt in prompts)
            {
                var buffer = new ArrayBuffer(Configuration, 200);
                Assert.Equal(prompt.Length, cache.Restore(prompt, 0, buffer));
                AssertHolds(prompt, buffer);
            }
        });

    [Fact]
    public void Restore_LongerPrompt_ReturnsTheCommonPrefix() =>
        Gen.Select(Gen.Int[0, 1].Array[1, 50], Gen.Int[0, 1].Array[1, 50]).Sample((stored, wanted) =>
        {
            var cache = new PrefixCache(Configuration, long.MaxValue);
            cache.Store(stored, Filled(stored));

            var known = cache.Restore(wanted, 0, new ArrayBuffer(Configuration, 200));

            Assert.Equal(stored.AsSpan().CommonPrefixLength(wanted), known);
        });

    [Fact]
    public void Restore_AfterSkip_LeavesWhatTheBufferHasAlone()
    {
        var cache = new PrefixCache(Configuration, long.MaxValue);
        int[] prompt = [.. Enumerable.Range(0, 40).Select(i => i % 3)];
        cache.Store(prompt, Filled(prompt));
        var buffer = new ArrayBuffer(Configuration, 200);

        var known = cache.Restore(prompt, 17, buffer);

        Assert.Equal(40, known);
        Assert.All(buffer.Keys(0, 0)[..(17 * 2)].ToArray(), value => Assert.Equal(0f, value));
        Assert.Equal(Filled(prompt).Keys(1, 1)[(17 * 2)..(40 * 2)].ToArray(), buffer.Keys(1, 1)[(17 * 2)..(40 * 2)].ToArray());
    }

    [Fact]
    public void Store_BeyondTheBudget_DropsTheLeastRecentlyUsedLeaf()
    {
        var cache = new PrefixCache(Configuration, 3 * PageBytes);
        int[][] prompts = [Enumerable.Repeat(0, 16).ToArray(), Enumerable.Repeat(1, 16).ToArray(), Enumerable.Repeat(2, 16).ToArray()];
        foreach (var prompt in prompts)
        {
            cache.Store(prompt, Filled(prompt));
        }

        cache.Restore(prompts[0], 0, new ArrayBuffer(Configuration, 200));
        int[] fourth = [.. Enumerable.Repeat(3, 16)];
        cache.Store(fourth, Filled(fourth));

        Assert.Equal(16, cache.Match(prompts[0]));
        Assert.Equal(0, cache.Match(prompts[1]));
        Assert.Equal(16, cache.Match(prompts[2]));
        Assert.Equal(16, cache.Match(fourth));
        Assert.Equal(3 * PageBytes, cache.Bytes);
    }

    [Fact]
    public void Store_LargerThanTheBudget_KeepsNothing()
    {
        var cache = new PrefixCache(Configuration, PageBytes);
        int[] prompt = [.. Enumerable.Repeat(1, 17)];

        cache.Store(prompt, Filled(prompt));

        Assert.Equal(0, cache.Match(prompt));
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task StoreAndRestore_FromManyThreads_NeverMixPrompts()
    {
        var cache = new PrefixCache(Configuration, 40 * PageBytes);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var round = 0; round < 300; round++)
            {
                int[] prompt = [.. Enumerable.Range(0, random.Next(1, 80)).Select(_ => random.Next(2))];
                var buffer = new ArrayBuffer(Configuration, 200);
                AssertHolds(prompt.AsSpan(0, cache.Restore(prompt, 0, buffer)), buffer);
                cache.Store(prompt, Filled(prompt));
            }
        })));

        Assert.InRange(cache.Bytes, 1, 40 * PageBytes);
    }

    /// <summary>Numbers that depend on the whole prefix, as real keys and values do.</summary>
    private static ArrayBuffer Filled(ReadOnlySpan<int> prompt)
    {
        var buffer = new ArrayBuffer(Configuration, 200);
        var state = 1;
        for (var place = 0; place < prompt.Length; place++)
        {
            state = HashCode(state, prompt[place]);
            for (var layer = 0; layer < 2; layer++)
            {
                for (var head = 0; head < 2; head++)
                {
                    buffer.Keys(layer, head).Slice(place * 2, 2).Fill(HashCode(state, (layer * 2) + head) % 1000);
                    buffer.Values(layer, head).Slice(place * 2, 2).Fill(HashCode(state, 10 + (layer * 2) + head) % 1000);
                }
            }
        }

        return buffer;
    }

    private static int HashCode(int a, int b) => (int)(((((uint)a * 31) + (uint)b) * 2654435761) >> 2);

    private static void AssertHolds(ReadOnlySpan<int> prompt, ArrayBuffer buffer)
    {
        var expected = Filled(prompt);
        for (var layer = 0; layer < 2; layer++)
        {
            for (var head = 0; head < 2; head++)
            {
                Assert.True(expected.Keys(layer, head)[..(prompt.Length * 2)].SequenceEqual(buffer.Keys(layer, head)[..(prompt.Length * 2)]));
                Assert.True(expected.Values(layer, head)[..(prompt.Length * 2)].SequenceEqual(buffer.Values(layer, head)[..(prompt.Length * 2)]));
            }
        }
    }

    private sealed class ArrayBuffer(ModelConfiguration configuration, int capacity) : KeyValueBuffer
    {
        private readonly float[] numbers = new float[configuration.Layers * 2 * configuration.KeyValueHeads * capacity * configuration.HeadSize];

        public override int Capacity => capacity;

        public override Span<float> Keys(int layer, int head) => Lane((layer * 2 * configuration.KeyValueHeads) + head);

        public override Span<float> Values(int layer, int head) => Lane((((layer * 2) + 1) * configuration.KeyValueHeads) + head);

        protected override void Dispose(bool disposing)
        {
        }

        private Span<float> Lane(int lane) => numbers.AsSpan(lane * capacity * configuration.HeadSize, capacity * configuration.HeadSize);
    }
}
