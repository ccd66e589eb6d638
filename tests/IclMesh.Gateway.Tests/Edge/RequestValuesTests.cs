using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults.Requests;

namespace IclMesh.Gateway.Tests.Edge;

public sealed class RequestValuesTests
{
    private const int Unknown = 77;

    public static TheoryData<string> Requests => [.. Types().Select(type => type.FullName)];

    public static TheoryData<PredictRequest, string> Broken => new()
    {
        { new() { Combination = new() { Weight = double.NaN } }, "combination.weight" },
        { new() { HeadProfile = new() { ClassBiases = { 1, double.PositiveInfinity } } }, "head_profile.class_biases[1]" },
        { new() { HeadProfile = new() { Heads = { new Kernel.V1.HeadWeight(), new Kernel.V1.HeadWeight { Weight = double.NegativeInfinity } } } }, "head_profile.heads[1].weight" },
        { new() { Collection = "a\0b" }, "collection" },
        { new() { Labels = { new Label { StoredValues = { "fine", "\0" } } } }, "labels[0].stored_values[1]" },
        { new() { Input = "half \ud83d" }, "input" },
        { new() { Input = "\udc00 half" }, "input" },
        { new() { Template = new() { Separator = "\ud83d\ud83d\ude00" } }, "template.separator" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Check_UnknownNumberOfAnyEnum_NamesTheField(string type)
    {
        var descriptor = Types().Single(candidate => candidate.FullName == type);

        foreach (var (message, path) in WithUnknownEnums(descriptor, []))
        {
            var error = Assert.Throws<MeshException>(() => RequestValues.Check(message));
            Assert.Equal(path, Assert.Single(error.Violations).Field);
            Assert.Contains($"{Unknown}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void Check_WhatNoRpcTakes_NamesTheField(PredictRequest request, string field)
    {
        var error = Assert.Throws<MeshException>(() => RequestValues.Check(request));

        Assert.Equal(field, Assert.Single(error.Violations).Field);
    }

    [Fact]
    public void Check_KeysAndValuesOfMaps_AreNamed()
    {
        var request = new ImportDemonstrationsRequest { Attributes = { ["a"] = "\0" } };

        Assert.Equal("attributes[\"a\"]", Assert.Single(Assert.Throws<MeshException>(() => RequestValues.Check(request)).Violations).Field);
    }

    [Fact]
    public void Check_TextsOfAnyUnicode_Pass() =>
        RequestValues.Check(new PredictRequest { Input = "NUL \0, emoji \ud83d\ude00\ud83d\ude00, end \ud83d\ude00", Collection = "\ud83d\ude00", Selection = new() { Strategy = SelectionStrategy.Random } });

    [Fact]
    public async Task Predict_UnknownEnum_IsRefusedByField()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Explanation = (ExplanationLevel)Unknown;
        request.Selection.Order = (DemonstrationOrder)Unknown;

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.PredictAsync(request));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(["selection.order", "explanation"], error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task PredictStream_UnknownEnumInOneItem_EndsThatItemOnly()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var call = mesh.Client.PredictStream(cancellationToken: TestContext.Current.CancellationToken);
        var broken = GatewayFixture.Request();
        broken.Calibration = (CalibrationMethod)Unknown;
        await call.RequestStream.WriteAsync(new() { RequestId = "broken", Request = broken }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { RequestId = "sound", Request = GatewayFixture.Request() }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();

        var answers = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToDictionaryAsync(answer => answer.RequestId, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains("calibration", answers["broken"].Error.Message, StringComparison.Ordinal);
        Assert.Equal("Positive", answers["sound"].Prediction.Label);
    }

    private static IEnumerable<MessageDescriptor> Types() =>
        new[] { GatewayService.Descriptor, TaskService.Descriptor, JobService.Descriptor, InferenceService.Descriptor, RetrievalService.Descriptor, KernelService.Descriptor, EvaluationService.Descriptor, HeadAnalysisService.Descriptor, TheoryLabService.Descriptor }
            .SelectMany(service => service.Methods)
            .Select(method => method.InputType)
            .Where(type => WithUnknownEnums(type, []).Any())
            .DistinctBy(type => type.FullName);

    /// <summary>For every enum that a message can hold, a message with an unknown number there, and where it stands.</summary>
    private static IEnumerable<(IMessage Message, string Path)> WithUnknownEnums(MessageDescriptor type, HashSet<MessageDescriptor> around)
    {
        if (type.FullName.StartsWith("google.", StringComparison.Ordinal) || !around.Add(type))
        {
            yield break;
        }

        foreach (var field in type.Fields.InFieldNumberOrder().Where(field => !field.IsMap))
        {
            var name = field.IsRepeated ? $"{field.Name}[0]" : field.Name;
            if (field.FieldType == FieldType.Enum)
            {
                yield return (With(type, field, Enum.ToObject(field.EnumType.ClrType, Unknown)), name);
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var (inner, path) in WithUnknownEnums(field.MessageType, around))
                {
                    yield return (With(type, field, inner), $"{name}.{path}");
                }
            }
        }

        around.Remove(type);
    }

    private static IMessage With(MessageDescriptor type, FieldDescriptor field, object value)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        if (field.IsRepeated)
        {
            ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }

        return message;
    }
}
