using System.Globalization;
using System.Text;
using IclMesh.Gateway.Predict.Combining;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults.Rules;
using Label = IclMesh.Gateway.V1.Label;

namespace IclMesh.Gateway.Predict;

internal static class PredictRules
{
    public const int MaxLabels = 256;
    public const int MaxK = 256;
    public const int MaxContentFreeInputs = 16;

    /// <summary>Refuses a request with every broken field at once.</summary>
    public static void Check(CompleteRequest complete, GatewayOptions options)
    {
        var rules = new RequestRules();
        CheckInput(rules, complete.Request.Input, options);
        CheckDefinition(rules, complete.Request, complete.ProfileIsStored);
        rules.ThrowIfBroken();
    }

    /// <summary>Checks everything but the input: what a task can hold.</summary>
    public static void CheckDefinition(RequestRules rules, PredictRequest request, bool profileIsStored = false)
    {
        rules.NotBlank("collection", request.Collection);
        CheckLabels(rules, request.Labels);
        rules.NotBlank("model", request.Model);
        rules.NotBlank("encoder", request.Encoder);
        CheckPrompt(rules, request.Template, request.Selection, request.HasMaxPromptTokens ? request.MaxPromptTokens : null);
        if (request.HeadProfile is { } profile && !profileIsStored)
        {
            HeadProfileRules.Check(rules, "head_profile", profile, request.Labels.Count);
        }

        rules.InRange("content_free_inputs", request.ContentFreeInputs.Count, 0, MaxContentFreeInputs);
        CombinationRules.Check(rules, request.Combination);
    }

    /// <summary>Checks what every prompt has.</summary>
    public static void CheckPrompt(RequestRules rules, PromptTemplate? template, Selection? selection, int? maxPromptTokens)
    {
        CheckTemplate(rules, template, "template");
        if (selection is { HasK: true })
        {
            rules.InRange("selection.k", selection.K, 1, MaxK);
        }

        LeakGuardRules.Check(rules, "selection.leak_guard", selection?.LeakGuard);
        rules.Require(maxPromptTokens is null or > 0, "max_prompt_tokens", $"must be greater than 0, is {maxPromptTokens}");
    }

    public static void CheckInput(RequestRules rules, string input, GatewayOptions options, string field = "input")
    {
        if (rules.NotBlank(field, input))
        {
            var bytes = Encoding.UTF8.GetByteCount(input);
            rules.Require(bytes <= options.MaxTextBytes, field, $"must be at most {options.MaxTextBytes} bytes of UTF-8, is {bytes}");
        }
    }

    /// <summary>Both placeholders stand where they must; no template is none to check.</summary>
    public static void CheckTemplate(RequestRules rules, PromptTemplate? template, string field)
    {
        if (template is not null)
        {
            CheckPlaceholder(rules, $"{field}.input", template.Input, PromptBuilder.TextPlaceholder);
            CheckPlaceholder(rules, $"{field}.label", template.Label, PromptBuilder.LabelPlaceholder);
        }
    }

    /// <summary>So many labels or more, no two alike.</summary>
    public static void CheckLabels(RequestRules rules, IReadOnlyList<Label> labels, int minimum = 2, string field = "labels")
    {
        if (!rules.InRange(field, labels.Count, minimum, MaxLabels))
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var words = new HashSet<string>(StringComparer.Ordinal);
        var values = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < labels.Count; i++)
        {
            var label = labels[i];
            if (rules.NotBlank($"{field}[{i}].name", label.Name))
            {
                rules.Require(names.Add(label.Name), $"{field}[{i}].name", $"repeats '{label.Name}'");
                CheckWord(rules, label.SpokenWord(), words, $"{field}[{i}].word");
            }

            foreach (var value in label.StoredValuesOrName())
            {
                rules.Require(values.Add(value), $"{field}[{i}].stored_values", $"'{value}' already stands for another label");
            }
        }
    }

    /// <summary>A word must leave a mark in a prompt: what cannot be seen vanishes in tokenizers, and what controls a terminal is no word.</summary>
    private static void CheckWord(RequestRules rules, string word, HashSet<string> words, string field)
    {
        rules.Require(!word.Any(char.IsControl), field, "must not hold control characters");
        rules.Require(word.EnumerateRunes().Any(IsVisible), field, "must hold a character that can be seen");
        rules.Require(words.Add(word), field, $"repeats '{word}'");
    }

    private static bool IsVisible(Rune rune) => !Rune.IsWhiteSpace(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.NonSpacingMark);

    private static void CheckPlaceholder(RequestRules rules, string field, string text, string placeholder)
    {
        var first = text.IndexOf(placeholder, StringComparison.Ordinal);
        var once = first >= 0 && text.IndexOf(placeholder, first + placeholder.Length, StringComparison.Ordinal) < 0;
        rules.Require(once, field, $"must hold the placeholder {placeholder} exactly once");
    }
}
