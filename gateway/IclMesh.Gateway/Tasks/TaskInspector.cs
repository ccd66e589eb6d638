using Grpc.Core;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults.Rules;
using Microsoft.Extensions.Options;
using Collection = IclMesh.Retrieval.V1.GetCollectionResponse;

namespace IclMesh.Gateway.Tasks;

/// <summary>Checks a task against the services that it will use.</summary>
internal sealed class TaskInspector(
    InferenceService.InferenceServiceClient inference,
    RetrievalService.RetrievalServiceClient retrieval,
    ModelRecords models,
    IOptions<GatewayOptions> options)
{
    /// <summary>Every broken field goes to <paramref name="rules"/>; what is only worth knowing comes back.</summary>
    /// <param name="task">The task.</param>
    /// <param name="rules">Takes the violations.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="MeshException">A service cannot be asked.</exception>
    public async Task<IReadOnlyList<TaskProblem>> InspectAsync(PredictionTask? task, RequestRules rules, CancellationToken cancellationToken)
    {
        TaskRules.Check(rules, task);
        if (task is null)
        {
            return [];
        }

        var model = FindAsync(task.Model, () => models.GetAsync(task.Model, cancellationToken));
        var encoder = FindAsync(task.Encoder, () => models.GetAsync(task.Encoder, cancellationToken));
        var collection = FindAsync(task.Collection, () => CollectionAsync(task.Collection, cancellationToken));
        await Task.WhenAll(model, encoder, collection);

        CheckModel(rules, "model", task.Model, await model, ModelKind.LanguageModel, "language model");
        CheckModel(rules, "encoder", task.Encoder, await encoder, ModelKind.Encoder, "sentence encoder");
        if (rules.Require(task.Collection.Length == 0 || await collection is not null, "collection", $"'{task.Collection}' does not exist") && await collection is { } found)
        {
            CheckCollection(rules, task, found, await encoder);
        }

        if (await model is not { Kind: ModelKind.LanguageModel } record)
        {
            return [];
        }

        if (task.HeadProfile is { } profile)
        {
            HeadProfileRules.CheckHeads(rules, "head_profile", profile, record.Layers, record.Heads);
        }

        // Words are split only where they can be written into a prompt.
        var warnings = rules.Passed ? await SplitWordsAsync(task, record, cancellationToken) : [];
        if (task.Explanation != ExplanationLevel.None && !record.Attention)
        {
            warnings.Add(new() { Field = "explanation", Description = $"'{task.Model}' shows no attention: explanations use the encoder's similarity only" });
        }

        return warnings;
    }

    /// <summary>A resource; null where it does not exist or was not named.</summary>
    private static async Task<T?> FindAsync<T>(string name, Func<Task<T>> find)
        where T : class
    {
        try
        {
            return string.IsNullOrWhiteSpace(name) ? null : await find();
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<Collection> CollectionAsync(string name, CancellationToken cancellationToken)
    {
        using var call = retrieval.GetCollectionAsync(new() { Name = name }, cancellationToken: cancellationToken);
        return await Leg.NameFailures(Leg.Store, call.ResponseAsync, cancellationToken, new LegFields(("name", "collection")));
    }

    private static void CheckModel(RequestRules rules, string field, string name, ModelCapabilities? record, ModelKind kind, string what)
    {
        if (!string.IsNullOrWhiteSpace(name) && rules.Require(record is not null, field, $"'{name}' does not exist"))
        {
            rules.Require(record!.Kind == kind, field, $"'{name}' is no {what}");
        }
    }

    private void CheckCollection(RequestRules rules, PredictionTask task, Collection found, ModelCapabilities? encoder)
    {
        var stored = found.Collection;
        if (encoder is { Kind: ModelKind.Encoder, Reference: var reference })
        {
            rules.Require(
                stored.EmbeddingModel == reference.Name && stored.EmbeddingModelVersion == reference.Version,
                "encoder",
                $"collection '{task.Collection}' was embedded by '{stored.EmbeddingModel}' {stored.EmbeddingModelVersion}, not by '{reference.Name}' {reference.Version}");
        }

        var k = task.Selection is { HasK: true } selection ? selection.K : options.Value.DefaultK;
        rules.Require(
            k <= stored.DemonstrationCount, "selection.k", $"must be at most the {stored.DemonstrationCount} demonstrations of collection '{task.Collection}', is {k}");
        var covered = task.Labels.SelectMany(label => label.StoredValuesOrName()).ToHashSet(StringComparer.Ordinal);
        foreach (var value in found.LabelCounts.Keys.Where(value => !covered.Contains(value)).Order(StringComparer.Ordinal))
        {
            rules.Require(false, "labels", $"collection '{task.Collection}' holds the label '{value}', which no label covers");
        }

        foreach (var (index, label) in task.Labels.Index())
        {
            rules.Require(
                label.StoredValuesOrName().Any(value => found.LabelCounts.GetValueOrDefault(value) > 0),
                $"labels[{index}].stored_values",
                $"collection '{task.Collection}' holds no demonstration of '{label.Name}'");
        }
    }

    private async Task<List<TaskProblem>> SplitWordsAsync(PredictionTask task, ModelCapabilities record, CancellationToken cancellationToken)
    {
        var prompt = new PromptBuilder(PromptBuilder.Choose(task.Template, record.PromptFormat), new Verbalizer(task.Labels));
        var split = await Task.WhenAll(prompt.Choices().Select(async (choice, index) =>
        {
            using var call = inference.TokenizeAsync(new() { Model = task.Model, Text = choice }, cancellationToken: cancellationToken);
            var response = await Leg.NameFailures(Leg.Tokenize, call.ResponseAsync, cancellationToken, new LegFields(("text", $"labels[{index}].word"), ("model", "model")));
            var problem = new TaskProblem { Field = $"labels[{index}].word", Description = $"'{choice}' is {response.Tokens.Count} tokens to '{task.Model}'" };
            problem.Tokens.AddRange(response.Tokens.Select(token => token.Text));
            return problem;
        }));
        return [.. split.Where(problem => problem.Tokens.Count > 1)];
    }
}
