using System.Text;
using IclMesh.Gateway.V1;
using IclMesh.Kernel.V1;
using Label = IclMesh.Gateway.V1.Label;

namespace IclMesh.Gateway.Predict;

internal static class PredictRules
{
    public const int MaxLabels = 256;
    public const int MaxK = 256;

    /// <summary>Refuses a request with every broken field at once.</summary>
    public static void Check(PredictRequest request, GatewayOptions options)
    {
        var rules = new RequestRules();
        rules.NotBlank("collection", request.Collection);
        CheckInput(rules, request.Input, options);
        CheckLabels(rules, request.Labels, "labels");
        rules.NotBlank("model", request.Model);
        rules.NotBlank("encoder", request.Encoder);
        CheckTemplate(rules, request.Template, "template");

        if (request.Selection is { HasK: true } selection)
        {
            rules.InRange("selection.k", selection.K, 1, MaxK);
        }

        if (request.Selection?.LeakGuard is { HasNearDuplicateCosine: true } guard)
        {
            rules.Require(
                guard.NearDuplicateCosine is > 0 and <= 1,
                "selection.leak_guard.near_duplicate_cosine",
                $"must be above 0 and at most 1, is {guard.NearDuplicateCosine}");
        }

        if (request.HasMaxPromptTokens)
        {
            rules.Require(request.MaxPromptTokens > 0, "max_prompt_tokens", $"must be greater than 0, is {request.MaxPromptTokens}");
        }

        if (request.HeadProfile is { } profile)
        {
            CheckProfile(rules, profile);
        }

        rules.ThrowIfBroken();
    }

    private static void CheckInput(RequestRules rules, string input, GatewayOptions options)
    {
        if (rules.NotBlank("input", input))
        {
            var bytes = Encoding.UTF8.GetByteCount(input);
            rules.Require(bytes <= options.MaxTextBytes, "input", $"must be at most {options.MaxTextBytes} bytes of UTF-8, is {bytes}");
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

    /// <summary>Two labels or more, no two alike.</summary>
    public static void CheckLabels(RequestRules rules, IReadOnlyList<Label> labels, string field)
    {
        if (!rules.InRange(field, labels.Count, 2, MaxLabels))
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
            }

            rules.Require(words.Add(label.SpokenWord()), $"{field}[{i}].word", $"repeats '{label.SpokenWord()}'");
            foreach (var value in label.StoredValuesOrName())
            {
                rules.Require(values.Add(value), $"{field}[{i}].stored_values", $"'{value}' already stands for another label");
            }
        }
    }

    private static void CheckPlaceholder(RequestRules rules, string field, string text, string placeholder)
    {
        var first = text.IndexOf(placeholder, StringComparison.Ordinal);
        var once = first >= 0 && text.IndexOf(placeholder, first + placeholder.Length, StringComparison.Ordinal) < 0;
        rules.Require(once, field, $"must hold the placeholder {placeholder} exactly once");
    }

    private static void CheckProfile(RequestRules rules, HeadProfile profile)
    {
        rules.Require(profile.Heads.Count > 0, "head_profile.heads", "must hold at least one head");
        for (var i = 0; i < profile.Heads.Count; i++)
        {
            var weight = profile.Heads[i].Weight;
            rules.Require(double.IsFinite(weight) && weight >= 0, $"head_profile.heads[{i}].weight", $"must be finite and not negative, is {weight}");
        }
    }
}
