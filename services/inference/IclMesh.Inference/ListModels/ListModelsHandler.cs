using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.ListModels;

/// <summary>Lists the models that can be named, without loading any.</summary>
internal sealed class ListModelsHandler(ModelLibrary library)
{
    private const string Listing = "models";

    /// <summary>Handles one call.</summary>
    public ListModelsResponse Handle(ListModelsRequest request)
    {
        var (size, after) = PageRequest.Read(Listing, request.PageSize, request.PageToken);
        var models = library.List();
        var start = after.Length == 0 ? 0 : models.Select(model => model.Name).ToList().IndexOf(after) + 1;
        if (start == 0 && after.Length > 0)
        {
            throw MeshException.Invalid("page_token", $"continues after model '{after}', which is gone; start without a token");
        }

        var page = models.Skip(start).Take(size).ToList();
        return new()
        {
            Models = { page.Select(Summarize) },
            NextPageToken = start + size < models.Count ? PageToken.After(Listing, page[^1].Name) : "",
        };
    }

    private ModelSummary Summarize(CatalogEntry entry) => new()
    {
        Name = entry.Name,
        Format = entry.Format,
        Family = entry.Family?.ToWire() ?? "",
        Bytes = entry.Bytes,
        Origin = entry.Origin,
        Loaded = library.IsLoaded(entry),
    };
}
