using System.Text.Json.Nodes;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public sealed class ModelIdentityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("rope_theta", "50")]
    [InlineData("rope_scaling", """{"type":"linear","factor":4.0}""")]
    [InlineData("rms_norm_eps", "0.1")]
    public async Task Score_SameWeightsWithAnotherSetting_DependsOnNothingLoadedBefore(string setting, string value)
    {
        var original = folder.Copy(SharedFolder.Require("golden", "tiny-llama"), "original", settings => settings.Remove("rope_parameters"));
        var changed = folder.Copy(original, "changed", settings => settings[setting] = JsonNode.Parse(value));

        var before = await ScoreAsync(original, "shared");
        var after = await ScoreAsync(changed, "shared");
        var restarted = await ScoreAsync(changed, "shared");
        var alone = await ScoreAsync(changed, "empty");

        Assert.NotEqual(before, after);
        Assert.Equal(alone, after);
        Assert.Equal(alone, restarted);
    }

    [Fact]
    public void Version_AnythingThatShapesAResultChanged_Differs()
    {
        var model = TinyModels.WriteEncoder(folder, "encoder");
        var versions = new List<string> { Version(model), Version(model, "int8") };
        Add("1_Pooling/config.json", settings => (settings["pooling_mode_mean_tokens"], settings["pooling_mode_cls_token"]) = (false, true));
        Add("1_Pooling/config.json", settings => settings["include_prompt"] = false);
        Add("tokenizer.json", settings => settings["normalizer"]!["lowercase"] = false);
        Add("tokenizer_config.json", settings => settings["model_max_length"] = 16);
        Add("sentence_bert_config.json", settings => settings["max_seq_length"] = 16);
        Add("sentence_bert_config.json", settings => settings["do_lower_case"] = true);
        Add("config_sentence_transformers.json", settings => settings["prompts"] = new JsonObject { ["query"] = "q: " });
        Add("config.json", settings => settings["layer_norm_eps"] = 1e-5);

        Assert.Equal(versions.Count, versions.Distinct().Count());

        void Add(string file, Action<JsonObject> change)
        {
            var copy = folder.Copy(model, $"copy{versions.Count}");
            ModelCopies.Change(copy, file, change);
            versions.Add(Version(copy));
        }
    }

    [Fact]
    public void Version_CopyOfAFolderOrASettingThatShapesNothing_IsTheSame()
    {
        var model = TinyModels.WriteLlama(folder, "model");

        Assert.Equal(Version(model), Version(folder.Copy(model, "copy")));
        Assert.Equal(Version(model), Version(folder.Copy(model, "newer", settings => settings["transformers_version"] = "5.0")));
    }

    public void Dispose() => folder.Dispose();

    private static string Version(string model, string precision = "fp32")
    {
        using var source = ModelSources.Open(model);
        return source.Identity.Version(precision);
    }

    private async Task<double[]> ScoreAsync(string model, string cache)
    {
        await using var workers = new WorkerPool(1);
        var engine = new OnnxEngine(new(Path.Combine(folder.Path, cache)));
        using var language = LanguageModel.Load(ModelSources.Open(model), engine, new ServingSettings(), workers, TimeProvider.System, TestContext.Current.CancellationToken);
        var outcome = await language.ScoreAsync(
            new() { Segments = [new(SegmentKind.Query, "the quick brown fox jumps over")], Choices = [" a", " the lazy dog"] }, TestContext.Current.CancellationToken);
        return [.. outcome.Choices.SelectMany(choice => choice.Tokens).Select(token => token.LogProbability)];
    }
}
