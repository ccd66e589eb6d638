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
    [InlineData("true")]
    [InlineData("no")]
    [InlineData("1.0")]
    [InlineData("0x10")]
    [InlineData("2001-01-01")]
    [InlineData("\"null\"")]
    public void Parse_LabelThatLooksLikeAnotherType_IsItsText(string written)
    {
        var task = MessageYaml.Parse<PredictionTask>($"name: a\nlabels:\n  - name: {written}\n    stored_values: [{written}]\n", "file");

        Assert.Equal(written.Trim('"'), task.Labels[0].Name);
        Assert.Equal([written.Trim('"')], task.Labels[0].StoredValues);
    }

    [Fact]
    public void Parse_Aliases_StandForTheirAnchors()
    {
        var task = MessageYaml.Parse<PredictionTask>("labels:\n  - &label {name: A, stored_values: [a]}\n  - *label\nselection: &s {k: 3}\n", "file");

        Assert.Equal(task.Labels[0], task.Labels[1]);
        Assert.Equal(3, task.Selection.K);
    }

    [Fact]
    public void Parse_AliasBomb_IsRefusedByLine()
    {
        var levels = Enumerable.Range(1, 25).Select(level => $"  - &l{level} [{string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 9))}]");

        var error = Assert.Throws<MeshException>(() => MessageYaml.Parse<PredictionTask>($"labels:\n  - &l0 [x]\n{string.Join('\n', levels)}\n", "task.yaml"));

        Assert.Contains("line ", error.Message, StringComparison.Ordinal);
        Assert.Contains("100000 values", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Parse_TwentyThousandDeep_IsRefusedByLine(string open)
    {
        var error = Assert.Throws<MeshException>(() => MessageYaml.Parse<PredictionTask>($"name: x\nlabels:\n  {string.Concat(Enumerable.Repeat(open, 20_000))}", "task.yaml"));

        Assert.Contains("line 3: values lie more than 32 deep", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: a\nname: b", "name")]
    [InlineData("name: &a {b: *a}", "line 1: the alias *a stands within")]
    [InlineData("name: a\nmodel: *b", "line 2: the alias *b has no anchor")]
    [InlineData("name: a\n? [b, c]\n: d", "line 2: a key must be")]
    [InlineData("name: a\n? {b: c}\n: d", "line 2: a key must be")]
    [InlineData("name: a\n*b : c", "line 2: a key must be")]
    [InlineData("name: !!binary aGVsbG8=", "line 1: the tag")]
    [InlineData("name: a\n---\nname: b", "a second document")]
    [InlineData("labels:\n  - name: a\n    stored_values: [null]", "line 3: an item is missing")]
    [InlineData("selection:\n  leak_guard: {disabled: no}", "line 2: 'no' is no truth value")]
    [InlineData("name: a\nselection: similar", "line 2: 'similar' stands where Selection has fields")]
    [InlineData("selection:\n  k: many", "line 2: 'many' is no number")]
    [InlineData("selection:\n  kk: 1", "line 2: 'kk' is no field of Selection")]
    [InlineData("name: a\nname: a", "line 2: the key 'name' is given twice")]
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
