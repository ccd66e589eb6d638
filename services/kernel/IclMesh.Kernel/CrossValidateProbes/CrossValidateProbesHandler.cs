using Grpc.Core;
using IclMesh.Kernel.Core.Probes;
using IclMesh.Kernel.V1;
using PayloadCase = IclMesh.Kernel.V1.CrossValidateProbesRequest.PayloadOneofCase;

namespace IclMesh.Kernel.CrossValidateProbes;

internal sealed class CrossValidateProbesHandler(WorkLimits limits)
{
    private const double DefaultRidge = 0.01;
    private const int DefaultFolds = 5;

    public async Task<CrossValidateProbesResponse> HandleAsync(IAsyncStreamReader<CrossValidateProbesRequest> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken) || stream.Current.PayloadCase != PayloadCase.Options)
        {
            throw MeshException.Invalid("options", "must be the first message");
        }

        var options = stream.Current.Options;
        Check(options);
        int[] classes = [.. options.Classes];
        int[] groups = [.. options.Groups];
        var folds = options.HasFolds ? options.Folds : DefaultFolds;
        var response = new CrossValidateProbesResponse { Majority = (double)classes.GroupBy(c => c).Max(group => group.Count()) / classes.Length };
        var work = 0.0;
        while (await stream.MoveNext(cancellationToken))
        {
            var index = response.Sites.Count;
            if (stream.Current.PayloadCase != PayloadCase.Site)
            {
                throw MeshException.Invalid($"site[{index}]", "must be a site, options come once");
            }

            var site = stream.Current.Site;
            var rules = new RequestRules();
            if (rules.Samples($"site[{index}].features", site.Features))
            {
                rules.Rows($"site[{index}].features", site.Features, classes.Length);
            }

            rules.ThrowIfBroken();
            double rows = classes.Length;
            double columns = site.Features.ColumnCount();
            var smaller = Math.Min(rows, columns);
            work += folds * ((rows * columns * (smaller + options.ClassCount)) + (smaller * smaller * smaller));
            limits.Check(work, 8 * ((3 * rows * columns) + (3 * smaller * smaller)));
            var accuracy = SiteProbe.Accuracy(
                site.Features.ToDense(), classes, options.ClassCount, groups, options.HasRidge ? options.Ridge : DefaultRidge, folds, options.Seed, cancellationToken);
            response.Sites.Add(new SiteAccuracy { Name = site.Name, Accuracy = accuracy.ToMessage() });
        }

        return response;
    }

    private static void Check(ProbeOptions options)
    {
        var rules = new RequestRules();
        rules.InRange("options.class_count", options.ClassCount, 2, 10_000);
        rules.Require(options.Classes.Count >= 2, "options.classes", $"must hold 2 rows or more, has {options.Classes.Count}");
        rules.Require(
            options.Groups.Count == options.Classes.Count, "options.groups", $"must hold one group per row, {options.Classes.Count}, has {options.Groups.Count}");
        for (var i = 0; i < options.Classes.Count; i++)
        {
            rules.InRange($"options.classes[{i}]", options.Classes[i], 0, options.ClassCount - 1);
        }

        rules.Positive("options.ridge", options.HasRidge ? options.Ridge : DefaultRidge);
        rules.InRange("options.folds", options.HasFolds ? options.Folds : DefaultFolds, 2, Math.Max(2, options.Groups.Distinct().Count()));
        rules.ThrowIfBroken();
    }
}
