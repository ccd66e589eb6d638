using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Storage;

/// <summary>What the settings must fulfil together.</summary>
internal sealed class GatewayStoreSelectionValidator : IValidateOptions<GatewayStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayStoreOptions options) =>
        options.Kind == GatewayStoreOptions.Postgres && string.IsNullOrWhiteSpace(options.ConnectionString)
            ? ValidateOptionsResult.Fail($"{GatewayStoreOptions.Section}:ConnectionString is required where Kind is '{options.Kind}'")
            : ValidateOptionsResult.Success;
}
