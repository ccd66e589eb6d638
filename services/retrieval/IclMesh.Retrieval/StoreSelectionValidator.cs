using IclMesh.Retrieval.Core.Postgres;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval;

/// <summary>What settings must fulfil together.</summary>
internal sealed class StoreSelectionValidator : IValidateOptions<RetrievalOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RetrievalOptions options) =>
        options.Store == PostgresDemonstrationStore.StoreName && string.IsNullOrWhiteSpace(options.ConnectionString)
            ? ValidateOptionsResult.Fail($"{RetrievalOptions.Section}:ConnectionString is required where Store is '{options.Store}'")
            : ValidateOptionsResult.Success;
}
