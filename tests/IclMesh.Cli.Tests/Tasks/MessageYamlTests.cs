using IclMesh.Cli.Tasks;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Tests.Tasks;

public sealed class MessageYamlTests
{
    [Fact]
    public void Parse_WhatWriteWrote_IsTheTask()
    {
        var task = new PredictionTask
        {
            Name = "sst2",
            Description = "true: \"quoted\"\n# no comment",
            Collection = "reviews",
            Labels = { new Label { Name = "true", Word = "1", StoredValues = { "0", "null", "" } }, new Label { Name = "Ναι" } },
            Model = "lm",
            Encoder = "encoder",
            Template = new() { Instruction = "Judge.\n", Input = "Input: {text}\nOutput:", Label = " {label}", Separator = "\n\n" },
            Selection = new() { K = 0, Seed = ulong.MaxValue, Strategy = SelectionStrategy.Dpp, LeakGuard = new() { Disabled = true, NearDuplicateCosine = 0.9995 } },
            Explanation = ExplanationLevel.Heads,
            MaxPromptTokens = 512,
            HeadProfile = new() { Heads = { new IclMesh.Kernel.V1.HeadWeight { Layer = 3, Head = 1, Weight = 0.25 } } },
            Calibration = CalibrationMethod.Contextual,
            ContentFreeInputs = { "N/A", "" },
        };

        Assert.Equal(task, MessageYaml.Parse<PredictionTask>(MessageYaml.Write(task), "file"));
    }

    [Fact]
    public void Parse_HandWritten_TakesPlainNumbersForTexts()
    {
        var task = MessageYaml.Parse<PredictionTask>("name: sst2\nlabels:\n  - {name: Negative, stored_values: [0]}\n  - name: Positive\nselection: {k: 4}\n", "file");

        Assert.Equal(["0"], task.Labels[0].StoredValues);
        Assert.Equal(4, task.Selection.K);
    }

    [Theory]
    [InlineData("similar", SelectionStrategy.Similar)]
    [InlineData("Vote_K", SelectionStrategy.VoteK)]
    [InlineData("SELECTION_STRATEGY_DPP", SelectionStrategy.Dpp)]
    public void Parse_EnumValue_NeedsNoPrefix(string value, SelectionStrategy expected) =>
        Assert.Equal(expected, MessageYaml.Parse<PredictionTask>($"name: a\nselection: {{strategy: {value}}}", "file").Selection.Strategy);

    [Theory]
    [InlineData("name: a\nname: b", "name")]
    [InlineData("name: [", "line 2")]
    [InlineData("nmae: a", "nmae")]
    [InlineData("selection: {k: many}", "many")]
    [InlineData("name: a\nselection:\n  strategy: likely", "line 3: 'likely' is none of similar, random,")]
    [InlineData("- a", "one YAML document")]
    [InlineData("", "one YAML document")]
    public void Parse_Broken_SaysWhere(string yaml, string place)
    {
        var error = Assert.Throws<MeshException>(() => MessageYaml.Parse<PredictionTask>(yaml, "task.yaml"));

        Assert.Equal("task.yaml", Assert.Single(error.Violations).Field);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Task_LeavesOutWhatTheGatewaySets()
    {
        var yaml = TaskFile.Write(new() { Name = "sst2", Version = 3, CreateTime = new(), UpdateTime = new() });

        Assert.Equal("name: sst2", yaml.Trim());
    }
}
