namespace IclMesh.Retrieval;

/// <summary>Composition root of the retrieval service.</summary>
public static class RetrievalHostExtensions
{
    /// <summary>Adds the retrieval service: options, core and handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddRetrieval(this WebApplicationBuilder builder) => builder;

    /// <summary>Maps the retrieval service's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapRetrieval(this WebApplication app) => app;
}
