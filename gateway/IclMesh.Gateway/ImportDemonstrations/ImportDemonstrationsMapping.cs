using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.ImportDemonstrations;

internal static class ImportDemonstrationsMapping
{
    public static UpsertDemonstrationsRequest ToUpsert(
        ImportDemonstrationsRequest batch, IReadOnlyList<(int Index, NewDemonstration Item)> sound, EmbedResponse embedded)
    {
        var rowBytes = embedded.Embeddings.Columns * sizeof(float);
        return new()
        {
            Collection = batch.Collection,
            EmbeddingModel = embedded.Model.Name,
            EmbeddingModelVersion = embedded.Model.Version,
            Demonstrations =
            {
                sound.Select((item, row) => new Demonstration
                {
                    Id = item.Item.Id.Length > 0 ? item.Item.Id : ContentId(item.Item),
                    Text = item.Item.Text,
                    Label = item.Item.Label,
                    Metadata = item.Item.Metadata,
                    MetadataIntegers = { item.Item.MetadataIntegers },
                    Split = item.Item.Split,
                    Vector = ByteString.CopyFrom(embedded.Embeddings.Values.Span.Slice(row * rowBytes, rowBytes)),
                }),
            },
        };
    }

    /// <summary>An id that equal rows share, so that importing a row again changes nothing.</summary>
    private static string ContentId(NewDemonstration demonstration) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{demonstration.Label}\n{demonstration.Text}")).AsSpan(0, 16));
}
