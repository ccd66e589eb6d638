using System.Diagnostics.CodeAnalysis;
using IclMesh.Inference.Core;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>What every decoder asks of a pass.</summary>
internal static class PassRules
{
    /// <summary>Checks rows, tokens, positions and room.</summary>
    /// <exception cref="ArgumentException">Something is out of range.</exception>
    [SuppressMessage("Usage", "CA2208", Justification = "The pass is the argument, its rows are what is wrong with it.")]
    public static void Check(ForwardPass pass, KeyValueBuffer buffer, ModelConfiguration configuration)
    {
        var length = pass.Tokens.Length;
        ArgumentOutOfRangeException.ThrowIfZero(length, nameof(pass));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pass.Total, buffer.Capacity, nameof(pass));
        foreach (var row in pass.LogitRows.Concat(pass.HiddenRows).Concat(pass.AttentionRows))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row, nameof(pass));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, length, nameof(pass));
        }

        foreach (var token in pass.Tokens.Span)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token, nameof(pass));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, configuration.VocabularySize, nameof(pass));
        }

        // In a forest several tokens share a position: it is positions, not tokens, that the context bounds.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(AttentionMask.Positions(pass).Max(), configuration.ContextLength, nameof(pass));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pass.Total, configuration.ContextLength + ForwardPass.ForestSlack, nameof(pass));
        if (pass.Parents is null)
        {
            return;
        }

        // Without a past the fused operator ignores positions behind the first, so a forest would be rotated wrongly.
        ArgumentOutOfRangeException.ThrowIfZero(pass.Past, nameof(pass));
        ArgumentOutOfRangeException.ThrowIfNotEqual(pass.Parents.Count, length, nameof(pass));
        for (var row = 0; row < length; row++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pass.Parents[row], row, nameof(pass));
        }
    }
}
