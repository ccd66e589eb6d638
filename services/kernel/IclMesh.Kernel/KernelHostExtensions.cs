namespace IclMesh.Kernel;

/// <summary>Composition root of the kernel service.</summary>
public static class KernelHostExtensions
{
    /// <summary>Adds the kernel service: options, core and handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddKernel(this WebApplicationBuilder builder) => builder;

    /// <summary>Maps the kernel service's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapKernel(this WebApplication app) => app;
}
