using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IclMesh.Train.Evaluation;

namespace IclMesh.Train.Commands;

/// <summary>Fills the figures of the reports into both model cards, and writes <c>iclmesh.json</c> with the kernel head and its faithfulness.</summary>
internal static class CardCommand
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static void Run(Options options)
    {
        var report = JsonNode.Parse(File.ReadAllText(options.Text("report", "report.json")))!.AsObject();
        var profile = JsonNode.Parse(File.ReadAllText(options.Text("heads", "heads.json")))!;
        var nearest = JsonNode.Parse(File.ReadAllText(options.Text("nearest", "nearest.json")))!.AsObject();
        var template = File.ReadAllText(options.Text("template", "card.md"));
        var encoderTemplate = File.ReadAllText(options.Text("encoder-template", "card-embed.md"));
        var output = Path.Combine(options.Text("output", "models"), "iclmesh-tiny");
        options.RefuseUnknown();

        var card = template
            .Replace("{{accuracy}}", Accuracy(report), StringComparison.Ordinal)
            .Replace("{{labels}}", Labels(report), StringComparison.Ordinal)
            .Replace("{{baselines}}", Baselines(report), StringComparison.Ordinal)
            .Replace("{{heads}}", Heads(report), StringComparison.Ordinal)
            .Replace("{{profile}}", ProfileText(profile), StringComparison.Ordinal)
            .Replace("{{others}}", Others(report), StringComparison.Ordinal)
            .Replace("{{rows}}", (string)report["rows"]!, StringComparison.Ordinal)
            .Replace("{{episodes}}", report["episodes"]!.ToString(), StringComparison.Ordinal)
            .Replace("{{longest}}", report["longestText"]!.ToString(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(output, "README.md"), card);
        File.WriteAllText(Path.Combine(output + "-embed", "README.md"), encoderTemplate.Replace("{{nearest}}", Nearest(nearest), StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(output, "iclmesh.json"), Profile(report, profile).ToJsonString(indented) + "\n");
    }

    private static IEnumerable<string> Tasks(JsonObject report) => report.Where(x => x.Value is JsonObject o && o.ContainsKey("accuracyByK")).Select(x => x.Key);

    private static string Accuracy(JsonObject report)
    {
        var real = Tasks(report).Select(t => (Name: t, ByK: report[t]!["accuracyByK"]!.AsObject()));
        var synthetic = report.Where(x => x.Key.StartsWith("synthetic", StringComparison.Ordinal)).Select(x => (Name: x.Key, ByK: x.Value!.AsObject()));
        int[] counts = [0, 1, 2, 4, 8, 16, 24, 32];
        return Table(["episodes", .. counts.Select(k => $"k={k}")],
            real.Concat(synthetic).Select(r => (string[])[r.Name, .. counts.Select(k => Share(r.ByK[k.ToString(CultureInfo.InvariantCulture)]))]));
    }

    private static string Others(JsonObject report) => Table(
        ["k=16", "accuracy"],
        report.Where(x => x.Value is JsonObject o && o.ContainsKey("k16")).Select(x => (string[])[x.Key, Share(x.Value!["k16"])]));

    private static string Labels(JsonObject report) => Table(
        ["k=16", "words used in training", "words never used in training", "two or three pieces", "usual names", "usual names permuted", "texts cut to 32 pieces"],
        Tasks(report).Select(t => (string[])[t, Share(report[t]!["accuracyByK"]!["16"]), Share(report[t]!["heldOutLabelWords"]),
            Share(report[t]!["labelsOfTwoOrThreePieces"]), Share(report[t]!["usualNames"]), Share(report[t]!["usualNamesPermuted"]), Share(report[t]!["shortTexts"])]));

    private static string Baselines(JsonObject report) => Table(
        ["k=16", "random demonstrations", "similar demonstrations", "Nadaraya-Watson, exp(10 cos) of iclmesh-tiny-embed, same random demonstrations",
            "most frequent demonstration label", "majority class"],
        Tasks(report).Select(t => (string[])[t, Share(report[t]!["accuracyByK"]!["16"]), Share(report[t]!["similarDemonstrations"]), Share(report[t]!["nadarayaWatson"]),
            Share(report[t]!["mostFrequentDemonstrationLabel"]), Share(report[t]!["majorityClass"])]));

    private static string Nearest(JsonObject report)
    {
        var tasks = report.Where(x => x.Value is JsonObject).ToList();
        string[] searches = [.. tasks[0].Value!.AsObject().Select(s => s.Key)];
        return Table(["task", .. searches.Select(s => $"{s}, nearest row"), .. searches.Select(s => $"{s}, vote of {report["voters"]}")],
            tasks.Select(t => (string[])[t.Key, .. searches.Select(s => Share(t.Value![s]!["nearest"])), .. searches.Select(s => Share(t.Value![s]!["vote"]))]));
    }

    private static string Heads(JsonObject report) => Table(
        ["k=16", "head chosen on one half", "agreement with the model on the other half", "null: mean of 20 permutations", "null: greatest", "accuracy of the head's vote"],
        Tasks(report).Select(t => report[t]!["heads"]!).Zip(Tasks(report), (h, t) => (string[])[t, (string)h["best"]!,
            $"{Number(h["agreement"])} ± {Number(h["halfWidth"])}", Number(h["nullMean"]), Number(h["nullMost"]), Number(h["accuracyOfHead"])]));

    private static string ProfileText(JsonNode profile) =>
        $"heads {string.Join(", ", profile["heads"]!.AsArray().Select(h => $"{h!["layer"]}.{h["head"]}"))} in equal parts agree with the model on {Number(profile["agreement"])} of {profile["prompts"]} prompts "
        + $"({string.Join(", ", profile["byTask"]!.AsObject().Select(t => $"{t.Key} {Number(t.Value)}"))}; null {Number(profile["nullAgreement"])})";

    private static JsonObject Profile(JsonObject report, JsonNode heads)
    {
        var prompts = (int)heads["prompts"]!;
        var agreement = (double)heads["agreement"]!;
        var (_, low, high) = ConfidenceInterval.Wilson(agreement * prompts, prompts);
        return new()
        {
            ["prompt_format"] = new JsonObject { ["instruction"] = "", ["input"] = "[IN] {text} [OUT]", ["label"] = " {label}", ["separator"] = " [NL] " },
            ["kernel_heads"] = new JsonObject
            {
                ["heads"] = new JsonArray([.. heads["heads"]!.AsArray().Select(h => new JsonObject { ["layer"] = (int)h!["layer"]!, ["head"] = (int)h["head"]!, ["weight"] = 1.0 })]),
                ["pooling"] = "tail",
                ["agreement"] = Math.Round(agreement, 4),
                ["null_agreement"] = Math.Round((double)heads["nullAgreement"]!, 4),
                ["prompts"] = prompts,
                ["low"] = Math.Round(low, 4),
                ["high"] = Math.Round(high, 4),
            },
            ["label_words"] = "any",
            ["longest_text_pieces"] = (int)report["longestText"]!,
        };
    }

    private static string Table(string[] header, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        foreach (var row in (string[][])[header, [.. header.Select(_ => "---")], .. rows])
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        return text.ToString().TrimEnd();
    }

    private static string Share(JsonNode? share) =>
        share?.Deserialize<Share>(caseInsensitive) is { } s ? $"{s.Value.ToString("F3", CultureInfo.InvariantCulture)} ± {s.HalfWidth.ToString("F3", CultureInfo.InvariantCulture)}" : "";

    private static readonly JsonSerializerOptions caseInsensitive = new() { PropertyNameCaseInsensitive = true };

    private static string Number(JsonNode? number) => ((double)number!).ToString("F3", CultureInfo.InvariantCulture);
}
