namespace IclMesh.Retrieval;

/// <summary>What paged requests have in common.</summary>
internal static class PageRules
{
    private const int DefaultSize = 100;

    /// <summary>The page size to use; 0 takes the default.</summary>
    /// <param name="requested">As the request says.</param>
    /// <param name="options">The limit.</param>
    public static int Size(int requested, RetrievalOptions options)
    {
        var rules = new RequestRules();
        rules.InRange("page_size", requested, 0, options.MaxPageSize);
        rules.ThrowIfBroken();
        return requested == 0 ? Math.Min(DefaultSize, options.MaxPageSize) : requested;
    }
}
