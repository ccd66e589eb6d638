namespace IclMesh.Inference;

/// <summary>Composition root of the inference service.</summary>
public static class InferenceHostExtensions
{
    /// <summary>Adds the inference service: options, core and handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddInference(this WebApplicationBuilder builder) => builder;

    /// <summary>Maps the inference service's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapInference(this WebApplication app) => app;
}
