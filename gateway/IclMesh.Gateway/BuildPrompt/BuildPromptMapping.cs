using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Prompts;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.BuildPrompt;

internal static class BuildPromptMapping
{
    /// <summary>The request with what its task gives filled in.</summary>
    public static BuildPromptRequest Complete(BuildPromptRequest request, PredictionTask? task)
    {
        if (task is null)
        {
            return request;
        }

        var merged = new BuildPromptRequest
        {
            Collection = task.Collection,
            Encoder = task.Encoder,
            Tokenizer = task.Model,
            Labels = { request.Labels.Count > 0 ? [] : task.Labels },
            Template = task.Template,
            Selection = task.Selection,
        };
        if (task.HasMaxPromptTokens)
        {
            merged.MaxPromptTokens = task.MaxPromptTokens;
        }

        merged.MergeFrom(request);
        return merged;
    }

    public static BuildPromptResponse ToResponse(SelectedDemonstrations selected, FittedPrompt fitted, Verbalizer verbalizer)
    {
        var (kept, counted) = (fitted.Demonstrations, fitted.Prompt);
        var tokens = counted.Pieces.ToLookup(piece => piece.DemonstrationId, piece => piece.TokenCount, StringComparer.Ordinal);
        return new()
        {
            Prompt = counted.Prompt.Messages is [] ? string.Concat(counted.Prompt.Segments.Select(segment => segment.Text)) : "",
            Messages = { counted.Prompt.Messages.Select(message => new ChatMessage { Role = message.Role, Content = message.Content }) },
            TokenCount = counted.Tokens,
            Pieces = { counted.Pieces },
            Demonstrations =
            {
                kept.Select(d => new PromptDemonstration
                {
                    Id = d.Hit.Demonstration.Id,
                    Text = d.Hit.Demonstration.Text,
                    Label = verbalizer.Name(d.Label),
                    Word = verbalizer.Word(d.Label),
                    Similarity = d.Hit.Similarity,
                    Reason = d.Hit.Reason,
                    TokenCount = tokens[d.Hit.Demonstration.Id].Sum(),
                }),
            },
            Dropped =
            {
                selected.Rejections.Select(r => new DroppedDemonstration { Id = r.Id, Reason = r.Reason, Similarity = r.Similarity }),
                selected.Demonstrations.SkipLast(kept.Count).Select(d => new DroppedDemonstration
                {
                    Id = d.Hit.Demonstration.Id, Reason = "does not fit the token budget", Similarity = d.Hit.Similarity,
                }),
            },
            Tokenizer = counted.Tokenizer,
            Encoder = selected.Encoder,
            CollectionVersion = selected.CollectionVersion,
            ExactSearch = selected.Exact,
        };
    }
}
