using System.Text;
using System.Text.Json;
using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Capturing;

public sealed class TraceWriterTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 300).Select(i => (char)('a' + (i * 7 % 26))));

    [Fact]
    public async Task Complete_SeveralChunks_JoinsThePositionsOfEachLayer()
    {
        var path = Path.Combine(models.Folder, "trace.safetensors");
        var call = new CaptureCall
        {
            Segments = [new(SegmentKind.Query, Text)],
            Attention = new() { Heads = [1, 3] },
            Hidden = new(),
            Values = new() { Layers = [1] },
            Lens = new() { Layers = [0], Positions = [-1] },
            LensTop = 4,
        };
        await using var workers = new WorkerPool(1);
        using var model = LanguageModel.Load(ModelSources.Open(models.Llama), models.Engine, models.Serving, workers, TimeProvider.System, TestContext.Current.CancellationToken);
        using var recording = await model.CaptureAsync(call, TestContext.Current.CancellationToken);
        var blocks = await recording.Blocks.ToListAsync(TestContext.Current.CancellationToken);
        Assert.True(blocks.Count(block => block.Kind == CaptureKind.Attention && block.Layer == 0) > 1, "the prompt must take several chunks");

        using (var trace = new TraceWriter(path))
        {
            blocks.ForEach(trace.Add);
            trace.Complete(recording.Prompt, new Dictionary<string, string> { ["model"] = "tiny" });
        }

        using var file = SafetensorsFile.Open(path);
        Assert.Equal([2, 300, 300], file.Tensors["attention.1"].Shape);
        Assert.Equal([300, 64], file.Tensors["hidden.2"].Shape);
        Assert.Equal([2, 300, 16], file.Tensors["values.1"].Shape);
        Assert.Equal([1, 4], file.Tensors["lens.0.log_probabilities"].Shape);
        var attention = new float[2 * 300 * 300];
        file.Read("attention.1", attention);
        foreach (var block in blocks.Where(block => block is { Kind: CaptureKind.Attention, Layer: 1 }))
        {
            for (var head = 0; head < 2; head++)
            {
                var run = block.Positions.Count * 300;
                Assert.Equal(
                    block.Numbers.AsSpan(head * run, run),
                    attention.AsSpan((((head * 300) + block.Positions[0]) * 300), run));
            }
        }

        using var header = Header(path);
        Assert.Equal("tiny", header.RootElement.GetProperty("__metadata__").GetProperty("model").GetString());
        Assert.Equal(300, header.RootElement.GetProperty("tokens").GetProperty("shape")[0].GetInt32());
        Assert.Equal([models.Folder + "/trace.safetensors"], Directory.GetFiles(models.Folder, "trace.safetensors*"));
    }

    [Fact]
    public void Dispose_WithoutCompleting_LeavesNothing()
    {
        var path = Path.Combine(models.Folder, "never.safetensors");

        new TraceWriter(path).Dispose();

        Assert.Empty(Directory.GetFiles(models.Folder, "never*"));
    }

    private static JsonDocument Header(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, (int)BitConverter.ToUInt64(bytes)));
    }
}
