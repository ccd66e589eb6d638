using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace IclMesh.ServiceDefaults;

/// <summary>Clients of the mesh's services: made once, deadlines and cancellation passed on.</summary>
public static class MeshClientExtensions
{
    /// <summary>Registers a client for a service of the mesh.</summary>
    /// <typeparam name="TClient">Generated client.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="descriptor">Descriptor of the service.</param>
    /// <param name="name">Short name; the setting <c>Mesh:{name}</c> holds the address, for example <c>dns:///iclmesh-kernel:8083</c>.</param>
    /// <param name="defaultAddress">Address where the setting is missing.</param>
    /// <param name="idempotentMethods">Names of the methods that may be tried again when the service cannot be reached.</param>
    public static IServiceCollection AddMeshClient<TClient>(
        this IServiceCollection services,
        Google.Protobuf.Reflection.ServiceDescriptor descriptor,
        string name,
        string defaultAddress,
        params IEnumerable<string> idempotentMethods)
        where TClient : ClientBase<TClient>
    {
        var retried = new MethodConfig
        {
            RetryPolicy = new()
            {
                MaxAttempts = 3,
                InitialBackoff = TimeSpan.FromMilliseconds(50),
                MaxBackoff = TimeSpan.FromSeconds(1),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var method in idempotentMethods)
        {
            retried.Names.Add(new() { Service = descriptor.FullName, Method = descriptor.FindMethodByName(method).Name });
        }

        var serviceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() }, MethodConfigs = { retried } };
        services.AddGrpcClient<TClient>((provider, client) =>
                client.Address = new Uri(provider.GetRequiredService<IConfiguration>()[$"Mesh:{name}"] ?? defaultAddress))
            .ConfigureChannel(channel =>
            {
                channel.ServiceConfig = serviceConfig;
                channel.Credentials = ChannelCredentials.Insecure;
                channel.MaxReceiveMessageSize = null;
            })
            .ConfigurePrimaryHttpMessageHandler(MeshHttpHandler.Create)
            .EnableCallContextPropagation(propagation => propagation.SuppressContextNotFoundErrors = true);
        return services;
    }
}
