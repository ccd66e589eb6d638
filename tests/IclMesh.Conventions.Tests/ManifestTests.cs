using System.Diagnostics;
using System.Text.RegularExpressions;
using IclMesh.Testing;
using k8s;
using k8s.Models;

namespace IclMesh.Conventions.Tests;

/// <summary>The rendered Kubernetes manifests: strict about fields, and about what a schema cannot see.</summary>
public sealed partial class ManifestTests
{
    public static TheoryData<string> Overlays => ["k8s/base", "k8s/overlays/dev", "k8s/overlays/prod"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Manifests_HoldOnlyKnownFields(string overlay)
    {
        var objects = await RenderAsync(overlay);

        Assert.Equal(4, objects.OfType<V1Deployment>().Count());
        Assert.Equal(4, objects.OfType<V1Service>().Count());
        Assert.Equal(4, objects.OfType<V1ServiceAccount>().Count());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Manifests_NamesAreDnsLabels(string overlay)
    {
        var objects = await RenderAsync(overlay);

        Assert.All(objects.OfType<IMetadata<V1ObjectMeta>>(), item => Assert.Matches(DnsLabel(), item.Metadata.Name));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Deployments_SelectTheirOwnPodsAndAreHardened(string overlay)
    {
        var objects = await RenderAsync(overlay);
        var accounts = objects.OfType<V1ServiceAccount>().Select(account => account.Metadata.Name).ToHashSet();
        var claims = objects.OfType<V1PersistentVolumeClaim>().Select(claim => claim.Metadata.Name).ToHashSet();

        Assert.All(objects.OfType<V1Deployment>(), deployment =>
        {
            var pod = deployment.Spec.Template;
            Assert.All(deployment.Spec.Selector.MatchLabels, label => Assert.Equal(label.Value, pod.Metadata.Labels[label.Key]));
            Assert.Contains(pod.Spec.ServiceAccountName, accounts);
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
            Assert.All(pod.Spec.Volumes.Where(volume => volume.PersistentVolumeClaim is not null), volume => Assert.Contains(volume.PersistentVolumeClaim.ClaimName, claims));
            var container = Assert.Single(pod.Spec.Containers);
            Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
            Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
            Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            Assert.Equal(["cpu", "memory"], container.Resources.Limits.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order(StringComparer.Ordinal));
            var port = Assert.Single(container.Ports, candidate => candidate.Name == "grpc").ContainerPort;
            Assert.Equal(port, container.StartupProbe.Grpc.Port);
            Assert.Equal(port, container.ReadinessProbe.Grpc.Port);
            Assert.Equal(pod.Spec.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal), container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Services_PointAtAPortOfTheirPods(string overlay)
    {
        var objects = await RenderAsync(overlay);
        var pods = objects.OfType<V1Deployment>().Select(deployment => deployment.Spec.Template).ToList();

        Assert.All(objects.OfType<V1Service>(), service =>
        {
            var pod = Assert.Single(pods, pod => service.Spec.Selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));
            Assert.All(service.Spec.Ports, port =>
                Assert.Contains(pod.Spec.Containers[0].Ports, candidate => candidate.Name == port.TargetPort.Value && candidate.ContainerPort == port.Port));
            Assert.Equal("None", service.Spec.ClusterIP);
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Gateway_FindsTheServicesThatExist(string overlay)
    {
        var objects = await RenderAsync(overlay);
        var gateway = objects.OfType<V1Deployment>().Single(deployment => deployment.Metadata.Name == "iclmesh-gateway");

        var addresses = gateway.Spec.Template.Spec.Containers[0].Env.Where(variable => variable.Name.StartsWith("Mesh__", StringComparison.Ordinal)).Select(variable => variable.Value);

        var known = objects.OfType<V1Service>().Select(service => $"dns:///{service.Metadata.Name}:{service.Spec.Ports[0].Port}").ToHashSet();
        Assert.Equal(3, addresses.Count());
        Assert.All(addresses, address => Assert.Contains(address, known));
    }

    private static async Task<List<object>> RenderAsync(string overlay)
    {
        Tools.Require("kubectl");
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(SharedFolder.Repository, overlay)]) { RedirectStandardOutput = true })!;
        var yaml = await kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kubectl.ExitCode);
        return KubernetesYaml.LoadAllFromString(yaml, null, strict: true);
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}
