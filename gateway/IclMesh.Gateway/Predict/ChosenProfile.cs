using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.ServiceDefaults.Rules;

namespace IclMesh.Gateway.Predict;

/// <summary>The head profile of one explanation: the caller's, else the task's, else that of the model's card.</summary>
/// <param name="Profile">The profile; null takes the kernel's default heads.</param>
/// <param name="Problem">Why it cannot be used; null where it can.</param>
internal sealed record ChosenProfile(HeadProfile? Profile, MeshException? Problem)
{
    /// <summary>Chooses the profile and checks it against the model.</summary>
    /// <param name="request">The request, complete.</param>
    /// <param name="record">The model's record.</param>
    /// <param name="isStored">The request's profile comes from a task or a kept prediction.</param>
    /// <exception cref="MeshException">The caller's own profile does not fit the model.</exception>
    public static ChosenProfile Of(PredictRequest request, ModelCapabilities record, bool isStored)
    {
        if (request.Explanation == ExplanationLevel.None || (request.HeadProfile ?? OfCard(record)) is not { } profile)
        {
            return new(null, null);
        }

        var rules = new RequestRules();
        HeadProfileRules.Check(rules, "head_profile", profile, request.Labels.Count);
        HeadProfileRules.CheckHeads(rules, "head_profile", profile, record.Layers, record.Heads);
        if (rules.Passed)
        {
            return new(profile, null);
        }

        if (request.HeadProfile is not null && !isStored)
        {
            rules.ThrowIfBroken();
        }

        // Whoever stored it can mend it, this caller cannot: the label does not depend on its explanation.
        var first = rules.Violations[0];
        var origin = request.HeadProfile is null ? $"the card of '{Excerpt.Name(request.Model)}'" : "the stored head profile";
        return new(profile, new(ErrorKind.FailedPrecondition, ErrorReasons.DataCorrupt, $"{origin} cannot be used: {first.Field}: {first.Description}") { Violations = rules.Violations });
    }

    /// <summary>The kernel heads of a model's card as a profile; null where the card has none.</summary>
    private static HeadProfile? OfCard(ModelCapabilities record)
    {
        if (record.KernelHeads is not { Heads.Count: > 0 } card)
        {
            return null;
        }

        return new()
        {
            Name = $"{record.Reference.Name} card",
            Heads = { card.Heads.Select(head => new Kernel.V1.HeadWeight { Layer = head.Layer, Head = head.Head, Weight = head.Weight }) },
            Faithfulness = new()
            {
                Agreement = card.Agreement,
                Low = card.Low,
                High = card.High,
                NullAgreement = card.NullAgreement,
                Prompts = card.Prompts,
            },
        };
    }
}
