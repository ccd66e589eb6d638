using IclMesh.Inference.Messages;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Capture;

/// <summary>What a request for <c>Capture</c> must hold; layers, heads and positions are checked against the model.</summary>
internal static class CaptureRules
{
    private const int MostLensTokens = 1000;

    /// <summary>Throws with every broken field.</summary>
    public static void Check(CaptureRequest request)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        SegmentRules.Check(rules, request.Segments);
        CaptureSite?[] sites = [request.Attention, request.Hidden, request.Keys, request.KeysBeforeRotation, request.Values, request.Lens];
        rules.Require(sites.Any(site => site is not null), "attention", "at least one quantity must be asked for");
        rules.InRange("lens_top", request.LensTop, 0, MostLensTokens);
        if (request.HasMaxPromptTokens)
        {
            rules.InRange("max_prompt_tokens", request.MaxPromptTokens, 1, int.MaxValue);
        }

        rules.ThrowIfBroken();
    }
}
