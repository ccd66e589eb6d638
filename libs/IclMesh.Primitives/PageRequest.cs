namespace IclMesh;

/// <summary>Which page of a listing is asked for.</summary>
/// <param name="Size">Items of a page, 1 or more.</param>
/// <param name="After">Key of the item that it follows; empty for the first page.</param>
public readonly record struct PageRequest(int Size, string After)
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <summary>Reads the two fields that every listing has.</summary>
    /// <param name="query">Everything that decides what is listed and in which order.</param>
    /// <param name="pageSize">0 takes the default, 100.</param>
    /// <param name="pageToken">Empty for the first page.</param>
    /// <exception cref="MeshException">The size is above 1000 or negative; the token is damaged or continues another query.</exception>
    public static PageRequest Read(string query, int pageSize, string pageToken)
    {
        var rules = new RequestRules();
        rules.InRange("page_size", pageSize, 0, MaxSize);
        var after = PageToken.Read(query, pageToken, rules);
        rules.ThrowIfBroken();
        return new(pageSize == 0 ? DefaultSize : pageSize, after);
    }
}
