using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using IclMesh.ServiceDefaults;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Edge;

public sealed class StatusBoundsTests
{
    private const int Limit = 4096;

    public static TheoryData<string, MeshException> Large => new()
    {
        { "a long name", MeshException.NotFound("model", new('x', 100_000)) },
        { "a long name of other letters", MeshException.NotFound("model", new('語', 100_000)) },
        { "a long name of pairs", MeshException.NotFound("model", string.Concat(Enumerable.Repeat("😀", 50_000))) },
        { "a long message", new(ErrorKind.Unavailable, "REASON", new('%', 50_000)) { RetryAfter = TimeSpan.FromSeconds(1) } },
        { "many fields", Broken(1000, "must be between 0 and 100, is 4711") },
        { "many fields in other letters", Broken(2000, new('語', 300)) },
        { "one long field", MeshException.Invalid(new('語', 100_000), new('é', 100_000)) },
        { "much metadata", new(ErrorKind.Aborted, "REASON", "m") { Metadata = Enumerable.Range(0, 20).ToDictionary(i => $"key{i}", _ => new string('é', 5000)) } },
    };

    [Theory]
    [MemberData(nameof(Large), DisableDiscoveryEnumeration = true)]
    public void ToStatus_WhateverItSays_TravelsInLessThanTheLimit(string what, MeshException exception)
    {
        var status = StatusTranslator.ToStatus(exception);

        var travels = Convert.ToBase64String(status.ToByteArray()).Length + PercentEncoded(status.Message);
        Assert.True(travels < Limit, $"{what}: {travels} bytes");
        Assert.NotEmpty(status.Message);
        Assert.Equal(exception.Violations.Count > 0, status.GetDetail<BadRequest>() is { FieldViolations.Count: > 0 });
    }

    [Fact]
    public void ToStatus_MoreFieldsThanFit_CountsTheRest()
    {
        var status = StatusTranslator.ToStatus(Broken(1500, "wrong"));

        var named = status.GetDetail<BadRequest>()!.FieldViolations.Count;
        Assert.InRange(named, 20, 50);
        Assert.Equal($"{1500 - named}", status.GetDetail<ErrorInfo>()!.Metadata["omitted_violations"]);
        Assert.Contains("(and 1499 more)", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToStatus_FewFields_NamesThemAllAndCountsNone()
    {
        var status = StatusTranslator.ToStatus(Broken(20, "wrong"));

        Assert.Equal(20, status.GetDetail<BadRequest>()!.FieldViolations.Count);
        Assert.DoesNotContain("omitted_violations", status.GetDetail<ErrorInfo>()!.Metadata.Keys);
    }

    [Fact]
    public void Name_Long_KeepsBothEndsAndNoHalfPair()
    {
        var name = string.Concat(Enumerable.Repeat("😀", 300));

        var cut = Excerpt.Name($"a{name}z");

        Assert.True(cut.Length <= Excerpt.NameLength);
        Assert.StartsWith("a😀", cut, StringComparison.Ordinal);
        Assert.EndsWith("😀z", cut, StringComparison.Ordinal);
        Assert.DoesNotContain(cut.EnumerateRunes(), rune => rune.Value == 0xFFFD);
        Assert.Equal(new string('x', 200), Excerpt.Name(new('x', 200)));
    }

    [Fact]
    public async Task GetModel_NameOf100Kilobytes_FailsWithTheNameCut()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnGetModel = request => throw MeshException.NotFound("model", request.Model);

        var info = await RpcAssert.FailsAsync(
            StatusCode.NotFound,
            "RESOURCE_NOT_FOUND",
            () => mesh.Client.GetModelAsync(new() { Model = new('é', 100_000) }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);

        Assert.True(info.Metadata["name"].Length <= Excerpt.NameLength);
    }

    private static MeshException Broken(int fields, string description)
    {
        var rules = new RequestRules();
        for (var i = 0; i < fields; i++)
        {
            rules.Require(false, $"ids[{i}]", description);
        }

        return Assert.Throws<MeshException>(rules.ThrowIfBroken);
    }

    private static int PercentEncoded(string text) => System.Text.Encoding.UTF8.GetBytes(text).Sum(unit => unit is >= 0x20 and <= 0x7E and not (byte)'%' ? 1 : 3);
}
