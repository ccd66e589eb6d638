using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predictions;

public sealed class KeptPredictionTests
{
    private static readonly (string Key, string Value) Enabled = ("Gateway:Predictions:Enabled", "true");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_KeepWithoutTheSetting_IsRefusedBeforeAnyWork()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var info = await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, ErrorReasons.FeatureDisabled, () => mesh.PredictAsync(Kept()));

        Assert.Equal("Gateway:Predictions:Enabled", info.Metadata["setting"]);
        Assert.Empty(mesh.Inference.Scores);
    }

    [Fact]
    public async Task GetPrediction_Kept_HoldsRequestAndAnswer()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);

        var answer = await mesh.PredictAsync(Kept());

        var kept = (await mesh.Client.GetPredictionAsync(new() { Id = answer.PredictionId }, cancellationToken: Token)).Prediction;
        Assert.Equal(answer, kept.Response);
        Assert.Equal(Kept(), kept.Request);
        Assert.Empty((await mesh.PredictAsync(GatewayFixture.Request())).PredictionId);
        Assert.Single((await mesh.Client.ListPredictionsAsync(new(), cancellationToken: Token)).Predictions);
    }

    [Fact]
    public async Task ListPredictions_Pages_AreNewestFirst()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            mesh.Clock.Advance(TimeSpan.FromSeconds(1));
            ids.Insert(0, (await mesh.PredictAsync(Kept())).PredictionId);
        }

        var first = await mesh.Client.ListPredictionsAsync(new() { PageSize = 2 }, cancellationToken: Token);
        var second = await mesh.Client.ListPredictionsAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, cancellationToken: Token);

        Assert.Equal(ids, first.Predictions.Concat(second.Predictions).Select(kept => kept.Id));
        Assert.Empty((await mesh.Client.ListPredictionsAsync(new() { Task = "other" }, cancellationToken: Token)).Predictions);
    }

    [Fact]
    public async Task GetPrediction_TimeIsOver_IsGone()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled, ("Gateway:Predictions:Retention", "01:00:00"));
        var id = (await mesh.PredictAsync(Kept())).PredictionId;

        mesh.Clock.Advance(TimeSpan.FromMinutes(61));

        await RpcAssert.FailsAsync(StatusCode.NotFound, ErrorReasons.ResourceNotFound, async () => await mesh.Client.GetPredictionAsync(new() { Id = id }, cancellationToken: Token));
    }

    [Fact]
    public async Task Predict_Redacted_KeepsNoTextAndCannotBeReplayed()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled, ("Gateway:Predictions:Redaction", "texts"));

        var answer = await mesh.PredictAsync(Kept());

        var kept = (await mesh.Client.GetPredictionAsync(new() { Id = answer.PredictionId }, cancellationToken: Token)).Prediction;
        Assert.True(kept.Redacted);
        Assert.DoesNotContain("gripping", kept.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("joy to watch", kept.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Demonstrations[0].Text);
        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, ErrorReasons.FeatureDisabled, async () => await mesh.Client.ReplayPredictionAsync(new() { Id = kept.Id }, cancellationToken: Token));
    }

    [Fact]
    public void Redaction_EveryStringOfAKeptPrediction_IsGoneUnlessItIsListedAsAName()
    {
        var kept = new StoredPrediction { Request = new(), Response = new() };
        Fill(kept, depth: 0);

        TextRedaction.Apply(kept);

        var left = Strings(kept).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.DoesNotContain(left, path => path.EndsWith(".text", StringComparison.Ordinal) || path.EndsWith("input", StringComparison.Ordinal));
        Assert.DoesNotContain(left, path => path.Contains("content_free", StringComparison.Ordinal) || path.Contains("instruction", StringComparison.Ordinal));
        Assert.DoesNotContain("iclmesh.gateway.v1.DemonstrationReceipt.id", left);
        Assert.DoesNotContain("iclmesh.retrieval.v1.Rejection.id", left);
        Assert.DoesNotContain("google.rpc.Status.message", left);
        Assert.Contains("iclmesh.gateway.v1.DemonstrationReceipt.label", left);
        Assert.Contains("iclmesh.inference.v1.ModelReference.version", left);
    }

    [Fact]
    public async Task ReplayPrediction_SameModel_AsksTheSameAndFindsNoDifference()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);
        var id = (await mesh.PredictAsync(Kept())).PredictionId;
        mesh.Retrieval.Stored.Add(("d", "a new row", "0", 1));

        var replay = await mesh.Client.ReplayPredictionAsync(new() { Id = id }, cancellationToken: Token);

        Assert.Equal(mesh.Inference.Scores.First(), mesh.Inference.LastScore);
        Assert.False(replay.Difference.LabelChanged);
        Assert.Equal(0, replay.Difference.LargestChange);
        Assert.True(replay.Difference.SameLogitsHash && replay.Difference.SameModel && replay.Difference.SameCollectionVersion);
        Assert.Empty(replay.Difference.AddedDemonstrationIds);
    }

    [Fact]
    public async Task ReplayPrediction_SearchedAgain_NamesNewAndGoneDemonstrations()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);
        var id = (await mesh.PredictAsync(Kept())).PredictionId;
        mesh.Retrieval.Stored.Add(("d", "a new row", "0", 1));

        var replay = await mesh.Client.ReplayPredictionAsync(
            new() { Id = id, Demonstrations = ReplayDemonstrations.SearchedAgain, Collection = "restored" }, cancellationToken: Token);

        Assert.Equal(["d"], replay.Difference.AddedDemonstrationIds);
        Assert.Equal(["b"], replay.Difference.RemovedDemonstrationIds);
        Assert.Equal("restored", mesh.Retrieval.LastSearch!.Collection);
    }

    [Fact]
    public async Task ReplayPrediction_OtherModel_ShowsEveryChange()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);
        var id = (await mesh.PredictAsync(Kept())).PredictionId;
        mesh.Inference.OnScore = (score, _) =>
        {
            var answer = Fakes.FakeInference.Answer(score);
            (answer.Choices[0].Probability, answer.Choices[1].Probability) = (0.9, 0.1);
            (answer.Choices[0].LogProbability, answer.Choices[1].LogProbability) = (-0.1, -2.3);
            answer.LogitsHash = "other";
            answer.Model = new() { Name = "bigger", Version = "9" };
            return Task.FromResult(answer);
        };

        var replay = await mesh.Client.ReplayPredictionAsync(new() { Id = id, Model = "bigger" }, cancellationToken: Token);

        Assert.Equal("bigger", mesh.Inference.LastScore!.Model);
        Assert.True(replay.Difference.LabelChanged);
        Assert.Equal([1.9, -2.1], replay.Difference.LogProbabilityChanges.Select(change => Math.Round(change, 12)));
        Assert.Equal(2.1, replay.Difference.LargestChange, 12);
        Assert.False(replay.Difference.SameLogitsHash || replay.Difference.SameModel);
    }

    [Fact]
    public async Task ReplayPrediction_CollectionWithRecordedDemonstrations_IsRefused()
    {
        await using var mesh = await GatewayFixture.StartAsync(Enabled);

        await RpcAssert.RefusesAsync("collection", async () => await mesh.Client.ReplayPredictionAsync(new() { Id = "x", Collection = "other" }, cancellationToken: Token));
    }

    /// <summary>Sets every string of a message, and one element of every list.</summary>
    private static void Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsMap && depth < 6))
        {
            object? value = field.FieldType switch
            {
                FieldType.String => "secret",
                FieldType.Bytes => ByteString.CopyFromUtf8("secret"),
                FieldType.Message => field.MessageType.Parser.ParseFrom(ByteString.Empty),
                _ => null,
            };
            if (value is IMessage inner)
            {
                Fill(inner, depth + 1);
            }

            if (value is not null && field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
            }
            else if (value is not null)
            {
                field.Accessor.SetValue(message, value);
            }
        }
    }

    /// <summary>Full names of the fields that hold a string.</summary>
    private static IEnumerable<string> Strings(IMessage message) => message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsMap).SelectMany(field =>
    {
        var value = field.Accessor.GetValue(message);
        var values = field.IsRepeated ? ((System.Collections.IList)value).Cast<object>() : value is null ? [] : [value];
        return values.SelectMany(one => one switch
        {
            IMessage inner => Strings(inner),
            string { Length: > 0 } or ByteString { Length: > 0 } => [field.FullName],
            _ => Enumerable.Empty<string>(),
        });
    });

    private static PredictRequest Kept()
    {
        var request = GatewayFixture.Request();
        request.Keep = true;
        return request;
    }
}
