using System.Text;
using Google.Protobuf.Reflection;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;
using IclMesh.ServiceDefaults.Requests;

namespace IclMesh.Gateway.ImportDemonstrations;

internal static class ImportDemonstrationsRules
{
    public const int MaxBatch = 1000;

    private static readonly FieldDescriptor Demonstrations = ImportDemonstrationsRequest.Descriptor.FindFieldByNumber(ImportDemonstrationsRequest.DemonstrationsFieldNumber);

    /// <summary>Refuses a batch as a whole, or finds what is wrong with each of its demonstrations.</summary>
    /// <returns>One entry for each demonstration; null for a sound one.</returns>
    public static IReadOnlyList<Google.Rpc.Status?> Check(ImportDemonstrationsRequest batch, GatewayOptions options)
    {
        var rules = new RequestRules();
        rules.NotBlank("collection", batch.Collection);
        rules.NotBlank("encoder", batch.Encoder);
        rules.InRange("demonstrations", batch.Demonstrations.Count, 1, MaxBatch);
        rules.ThrowIfBroken();

        return [.. batch.Demonstrations.Select((demonstration, index) => CheckItem(demonstration, new(null, Demonstrations, index), options))];
    }

    private static Google.Rpc.Status? CheckItem(NewDemonstration demonstration, FieldPath path, GatewayOptions options)
    {
        var rules = new RequestRules();
        rules.NotBlank($"{path}.text", demonstration.Text);
        rules.NotBlank($"{path}.label", demonstration.Label);
        var bytes = Encoding.UTF8.GetByteCount(demonstration.Text);
        rules.Require(bytes <= options.MaxTextBytes, $"{path}.text", $"must be at most {options.MaxTextBytes} bytes of UTF-8, is {bytes}");
        try
        {
            rules.ThrowIfBroken();
            RequestValues.Check(demonstration, path);
            return null;
        }
        catch (MeshException exception)
        {
            return StatusTranslator.ToStatus(exception);
        }
    }
}
