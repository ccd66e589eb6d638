namespace IclMesh.Bench.Engine;

/// <summary>Everything that the engine is measured by.</summary>
internal static class EngineRows
{
    private const double Megabyte = 1 << 20;
    private const int Prefix = 900;

    public static IEnumerable<RatioRow> All(EngineSides sides, bool longest)
    {
        if (sides.Threads > 1)
        {
            return OnSeveralCores(sides);
        }

        int[] lengths = longest ? [128, 512, 1024, 4096] : [128, 512, 1024];
        return (sides.HasPeers ? AgainstPeers(sides, lengths) : []).Concat(Alone(sides));
    }

    private static IEnumerable<RatioRow> AgainstPeers(EngineSides sides, int[] lengths)
    {
        foreach (var length in lengths)
        {
            var request = new EngineRequest("prefill") { Tokens = sides.Prompt(0, length) };
            var most = length > 2048 ? 2 : int.MaxValue;
            yield return Prefill(sides, $"prefill fp32, {length:N0} tokens: llama.cpp F16", "fp32", "F16", request, length is 512 or 1024 ? 2.2 : null, most);
            foreach (var (precision, target) in ((string, double)[])[("int8", 1.5), ("int8row", 1.8)])
            {
                yield return Prefill(sides, $"prefill {precision}, {length:N0} tokens: llama.cpp Q8_0", precision, "Q8_0", request, length is 512 or 1024 ? target : null, most);
            }
        }

        var eight = Eight(sides);
        yield return Prefill(sides, "eight prompts of 128, fp32: llama.cpp F16", "fp32", "F16", eight, null);
        yield return new("eight prompts of 128, fp32: PyTorch", [new(sides.Torch, eight)], new(() => sides.Ours("fp32"), eight));
        foreach (var (ours, theirs) in ((string, string)[])[("fp32", "F16"), ("int8", "Q8_0")])
        {
            var decode = new EngineRequest("decode") { Tokens = sides.Prompt(0, 512), Count = 32 };
            var before = decode with { Op = "prefill" };
            yield return new(
                $"decode 32 tokens after 512, {ours}: llama.cpp {theirs}",
                [.. Flash(sides, theirs, decode, before)],
                new(() => sides.Ours(ours), decode, decode with { Count = 1 }));
        }

        foreach (var (length, target) in ((int, double)[])[(512, 2), (1024, 3)])
        {
            var rows = new EngineRequest("prefill-rows") { Tokens = sides.Prompt(0, length) };
            yield return new($"prefill with last-row attention fp32, {length:N0}: PyTorch eager keeping attention", [new(sides.Torch, rows)], new(() => sides.Ours("fp32"), rows)) { Target = target };
            yield return new($"peak memory of the same, {length:N0}: PyTorch", [new(sides.Torch, rows)], new(() => sides.Ours("fp32"), rows)) { Metric = cost => cost.Peak, Unit = ("MB", 1 / Megabyte), MostRounds = 2 };
        }

        var (queries, prefix) = Queries(sides);
        yield return new("16 queries of 30 tokens on 900, packed fp32: llama.cpp F16", [.. Flash(sides, "F16", queries("queries-separate"), prefix)], Ours(sides, queries("queries-packed")));
        var load = EngineSides.Load(sides.Original, "fp32");
        yield return new("load GGUF to first token, ours over llama.cpp", [new(() => sides.Ours("fp32"), load)], new(() => sides.Llama("file", flash: true), load with { Mode = "flash" }))
        {
            Target = 3,
            AtMost = true,
            Metric = cost => cost.Wall,
        };
        yield return new("fp32 product of 2,048, PyTorch with OpenBLAS over ONNX Runtime", [new(sides.Torch, Product)], new(() => sides.Ours("fp32"), Product)) { MostRounds = 3 };
    }

    /// <summary>Time of the clock. The engine gives a prompt one thread: it gains from more cores where several prompts wait.</summary>
    private static IEnumerable<RatioRow> OnSeveralCores(EngineSides sides)
    {
        var eight = Eight(sides);
        foreach (var (request, what) in ((EngineRequest, string)[])[(new("prefill") { Tokens = sides.Prompt(0, 512) }, "prefill of 512"), (eight, "eight prompts of 128")])
        {
            foreach (var (ours, theirs) in ((string, string)[])[("fp32", "F16"), ("int8", "Q8_0")])
            {
                yield return Prefill(sides, $"{what} on {sides.Threads} cores, {ours}: llama.cpp {theirs}", ours, theirs, request, null) with { Metric = cost => cost.Wall };
            }
        }

        yield return new($"eight prompts of 128 on {sides.Threads} cores, fp32: PyTorch", [new(sides.Torch, eight)], new(() => sides.Ours("fp32"), eight)) { Metric = cost => cost.Wall };
    }

    private static EngineRequest Eight(EngineSides sides) =>
        new("eight") { Others = [.. Enumerable.Range(0, 8).Select(i => sides.Prompt(1000 * i, 128))] };

    private static IEnumerable<RatioRow> Alone(EngineSides sides)
    {
        var (queries, _) = Queries(sides);
        yield return new("16 queries of 30 on 900: separate over packed", [Ours(sides, queries("queries-separate"))], Ours(sides, queries("queries-packed"))) { Target = 1.3 };
        yield return new("16 queries of 30 on 900: no cache over packed", [new(() => sides.Ours("fp32"), queries("queries-uncached"))], Ours(sides, queries("queries-packed"))) { Target = 15, MostRounds = 2 };
        EngineRequest Choices(int count) => new("score") { Tokens = sides.Prompt(0, 1500), Count = count };
        foreach (var count in (int[])[4, 16])
        {
            yield return new($"Score of {count} choices over 1, on 1,500 tokens", [new(() => sides.Ours("fp32"), Choices(count))], new(() => sides.Ours("fp32"), Choices(1))) { Target = count == 16 ? 1.15 : null, AtMost = true };
        }

        foreach (var length in (int[])[512, 1024])
        {
            var plain = new EngineRequest("prefill") { Tokens = sides.Prompt(0, length) };
            var rows = plain with { Op = "prefill-rows" };
            yield return new($"last-row attention of all heads, {length:N0}: over the call without", [new(() => sides.Ours("fp32"), rows)], new(() => sides.Ours("fp32"), plain)) { Target = 1.03, AtMost = true };
            yield return new($"the same, peak memory in MB more, {length:N0}", [new(() => sides.Ours("fp32"), rows)], new(() => sides.Ours("fp32"), plain))
            {
                Target = 8,
                AtMost = true,
                Metric = cost => cost.Peak,
                Combine = (over, under) => (over - under) / Megabyte,
                Unit = ("MB", 1 / Megabyte),
            };
        }

        var prefill = new EngineRequest("prefill") { Tokens = sides.Prompt(0, 512) };
        var work = EngineWork.Prefill(sides.Configuration, 512) / (2.0 * Product.Count * Product.Count * Product.Count * MatrixProduct.Repetitions);
        yield return new("share of the sgemm peak (ONNX Runtime, 2,048) in fp32 prefill of 512", [new(() => sides.Ours("fp32"), Product)], new(() => sides.Ours("fp32"), prefill))
        {
            Target = 0.75,
            Combine = (product, run) => work * product / run,
        };
        foreach (var precision in (string[])["int8", "int8row"])
        {
            yield return new($"fp32 over {precision}, prefill of 512", [new(() => sides.Ours("fp32"), prefill)], new(() => sides.Ours(precision), prefill));
        }
    }

    private static EngineRequest Product => new("sgemm") { Count = 2048 };

    private static RatioRow Prefill(EngineSides sides, string name, string ours, string theirs, EngineRequest request, double? target, int most = int.MaxValue) =>
        new(name, [.. Flash(sides, theirs, request)], new(() => sides.Ours(ours), request)) { Target = target, MostRounds = most };

    private static Probe[] Flash(EngineSides sides, string type, EngineRequest request, EngineRequest? before = null) =>
        [new(() => sides.Llama(type, flash: true), request, before), new(() => sides.Llama(type, flash: false), request, before)];

    private static Probe Ours(EngineSides sides, EngineRequest request) => new(() => sides.Ours("fp32"), request, request);

    private static (Func<string, EngineRequest> Queries, EngineRequest Prefix) Queries(EngineSides sides)
    {
        var prefix = sides.Prompt(0, Prefix);
        int[][] queries = [.. Enumerable.Range(0, 16).Select(query => sides.Prompt(2000 + (100 * query), 30))];
        return (op => new(op) { Tokens = prefix, Others = queries }, new("prefill") { Tokens = prefix });
    }
}
