using System.Diagnostics;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Prompts;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.BuildPrompt;

/// <summary>Writes a prompt for any language model: demonstrations, order, exact token budget.</summary>
internal sealed class BuildPromptHandler(
    TaskResolver tasks, DemonstrationSelector selector, PromptCounter counter, IOptions<GatewayOptions> options, TimeProvider clock)
{
    public async Task<BuildPromptResponse> HandleAsync(BuildPromptRequest request, CancellationToken cancellationToken)
    {
        var complete = BuildPromptMapping.Complete(request, await tasks.GetAsync(request.Task, cancellationToken));
        BuildPromptRules.Check(complete, options.Value);

        var legs = new LegRecorder(clock, cancellationToken);
        var verbalizer = complete.Labels.Count > 0 ? new Verbalizer(complete.Labels) : Verbalizer.AsStored();
        var query = new DemonstrationQuery(complete.Collection, complete.Encoder, complete.Input, complete.Selection, verbalizer);
        var selected = await selector.SelectAsync(query, await selector.EmbedAsync(query, legs, cancellationToken), legs, cancellationToken);
        var template = complete.Template ?? PromptBuilder.PaperTemplate;
        var layout = new PromptLayout(new PromptBuilder(template, verbalizer), complete);
        var fitted = await legs.RunAsync(Leg.Tokenize, () => PromptFitter.FitAsync(
            selected.Demonstrations,
            demonstrations => counter.CountAsync(complete.Tokenizer, layout.Write(demonstrations), complete.TokensPerMessage, cancellationToken),
            complete.HasMaxPromptTokens ? complete.MaxPromptTokens : int.MaxValue));

        var response = BuildPromptMapping.ToResponse(selected, fitted, verbalizer);
        response.Template = template;
        response.Timings.AddRange(legs.Timings());
        response.TraceId = Activity.Current?.TraceId.ToHexString() ?? "";
        return response;
    }
}
