using System.Text.Json;

namespace IclMesh.Fuzz.Mutants;

/// <summary>Runs the mutants of some models and sorts what came of them.</summary>
/// <param name="work">Folder to work in.</param>
/// <param name="others">Folder for what gave other numbers, for <c>reference.py</c>; null for none.</param>
internal sealed class MutantRun(string work, string? others)
{
    private readonly MutantProbe probe = new(work);

    /// <summary>Mutants by what came of them: <c>same</c>, <c>equal</c>, <c>other</c>, <c>refused</c>.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>What should not have come.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>All mutants of a model.</summary>
    public static IEnumerable<Mutant> Mutants(ModelFiles model) => model.Files.ContainsKey(GgufEditor.File)
        ? GgufMutants.Of(model)
        : ConfigurationMutants.Of(model).Concat(model.Files.ContainsKey(ModelFiles.Weights) ? TensorMutants.Of(model) : []).Concat(FileMutants.Of(model));

    public async Task RunAsync(ModelFiles model, CancellationToken cancellationToken)
    {
        var original = await probe.RunAsync(model, cancellationToken);
        if (original.Refusal is not null)
        {
            Faults.Add($"{model.Name}: the unchanged model is refused: {original.Refusal}");
            return;
        }

        foreach (var mutant in Mutants(model))
        {
            string? problem;
            try
            {
                problem = await JudgeAsync(mutant, original, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                problem = $"{fault.GetType().Name}: {fault.Message}";
            }

            if (problem is not null)
            {
                Faults.Add($"{model.Name}: {mutant.Name}: {problem} (expected {mutant.Expected}: {mutant.Why})");
            }
        }
    }

    /// <summary>Null where it is right.</summary>
    private async Task<string?> JudgeAsync(Mutant mutant, MutantResult original, CancellationToken cancellationToken)
    {
        var result = await probe.RunAsync(mutant.Files, cancellationToken);
        if (result.Numbers.Any(number => !double.IsFinite(number)))
        {
            return "numbers that are not finite";
        }

        var isSame = result.Equals(original);
        if (mutant.Expected == Expectation.Refused)
        {
            return Count("refused", result.Refusal is null ? $"not refused, {(isSame ? "the same" : "other")} numbers"
                : mutant.Named.Any(name => result.Refusal.Contains(name, StringComparison.Ordinal)) ? null
                : $"the refusal names none of {string.Join(", ", mutant.Named)}: {result.Refusal}");
        }

        if (mutant.Expected == Expectation.Equal)
        {
            var equivalent = await probe.RunAsync(mutant.Equivalent!, cancellationToken);
            return Count(result.Refusal is not null ? "refused" : isSame ? "same" : "equal", result.Equals(equivalent) ? null : $"{result.Refusal ?? "numbers"}, the equivalent gives {equivalent.Refusal ?? "others"}");
        }

        if (result.Refusal is not null)
        {
            return $"refused: {result.Refusal}";
        }

        if (mutant.Expected == Expectation.Same)
        {
            return Count("same", isSame ? null : "other numbers");
        }

        Keep(mutant, result);
        return Count("other", isSame ? "the same numbers" : null);
    }

    private string? Count(string kind, string? problem)
    {
        Counts[kind] = Counts.GetValueOrDefault(kind) + (problem is null ? 1 : 0);
        return problem;
    }

    private void Keep(Mutant mutant, MutantResult result)
    {
        if (others is null || mutant.Files.Files.ContainsKey(GgufEditor.File))
        {
            return;
        }

        var folder = Path.Combine(others, $"{Counts.GetValueOrDefault("other"):000}-{mutant.Files.Name}");
        mutant.Files.Write(folder);
        File.WriteAllText(
            Path.Combine(folder, "result.json"),
            JsonSerializer.Serialize(new { name = mutant.Name, tokens = result.Tokens, choices = result.ChoiceTokens, numbers = result.Numbers }));
    }
}
