using System.Globalization;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.ListModels;

/// <summary>Lists the models that can be named, without loading any.</summary>
internal sealed class ListModelsHandler(ModelLibrary library)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>Handles one call.</summary>
    public ListModelsResponse Handle(ListModelsRequest request)
    {
        var rules = new RequestRules();
        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        rules.InRange("page_size", size, 1, LargestPage);
        var start = 0;
        rules.Require(
            request.PageToken.Length == 0 || (int.TryParse(request.PageToken, NumberStyles.None, null, out start) && start > 0),
            "page_token",
            "is none that this service gave");
        rules.ThrowIfBroken();

        var models = library.List();
        var response = new ListModelsResponse();
        response.Models.AddRange(models.Skip(start).Take(size).Select(Summarize));
        response.NextPageToken = start + size < models.Count ? $"{start + size}" : "";
        return response;
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
