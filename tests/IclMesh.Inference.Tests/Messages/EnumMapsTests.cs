using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.Messages;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Tests.Messages;

/// <summary>Each enumeration of the core means the one of the wire that has its name, and none is left out on either side.</summary>
public sealed class EnumMapsTests
{
    [Fact]
    public void SegmentKind_EveryValue_KeepsItsNameBothWays()
    {
        SameNames<SegmentKind, V1.SegmentKind>(kind => kind.ToWire());
        Assert.All(Enum.GetValues<SegmentKind>(), kind => Assert.Equal(kind, kind.ToWire().ToCore()));
        Assert.Throws<ArgumentOutOfRangeException>(() => V1.SegmentKind.Unspecified.ToCore());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((SegmentKind)99).ToWire());
    }

    [Fact]
    public void AttentionPooling_EveryValue_KeepsItsName()
    {
        SameNames<V1.AttentionPooling, AttentionPooling>(pooling => pooling.ToCore(), nameof(V1.AttentionPooling.Unspecified));
        Assert.Throws<ArgumentOutOfRangeException>(() => V1.AttentionPooling.Unspecified.ToCore());
    }

    [Fact]
    public void Pooling_NamesOfACard_AreThoseOfTheWire()
    {
        Assert.All(Named<V1.AttentionPooling>(), pooling => Assert.Equal(pooling, EnumMaps.ToPooling($"{pooling}".ToLowerInvariant())));
        Assert.All(["unspecified", "1", "", "median"], name => Assert.Null(EnumMaps.ToPooling(name)));
    }

    [Fact]
    public void ScoreNormalization_EveryValue_KeepsItsNameAndUnsetIsTheSum()
    {
        SameNames<V1.ScoreNormalization, ScoreNormalization>(normalization => normalization.ToCore(), nameof(V1.ScoreNormalization.Unspecified));
        Assert.Equal(ScoreNormalization.Sum, V1.ScoreNormalization.Unspecified.ToCore());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((V1.ScoreNormalization)99).ToCore());
    }

    [Fact]
    public void CaptureKind_EveryValue_KeepsItsName()
    {
        SameNames<CaptureKind, V1.CaptureKind>(kind => kind.ToWire(), renamed: (nameof(CaptureKind.PlainKeys), nameof(V1.CaptureKind.KeysBeforeRotation)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((CaptureKind)99).ToWire());
    }

    [Fact]
    public void FinishReason_EveryValue_KeepsItsNameAndNoneIsUnset()
    {
        SameNames<FinishReason, V1.FinishReason>(reason => ((FinishReason?)reason).ToWire());
        Assert.Equal(V1.FinishReason.Unspecified, ((FinishReason?)null).ToWire());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((FinishReason?)(FinishReason)99).ToWire());
    }

    [Fact]
    public void ModelFamily_EveryValue_IsSpelledAsRecordsAlwaysDid()
    {
        string[] spelled = [.. Enum.GetValues<ModelFamily>().Select(family => family.ToWire())];

        Assert.Equal(["llama", "qwen2", "qwen3", "gpt2", "gptj", "gptneox", "bert", "iclmeshtiny"], spelled);
    }

    /// <summary>Every value of one side but <paramref name="unmapped"/> maps to the one of the same name, and all of the other side are reached.</summary>
    private static void SameNames<TFrom, TTo>(Func<TFrom, TTo> map, string? unmapped = null, (string From, string To) renamed = default)
        where TFrom : struct, Enum
        where TTo : struct, Enum
    {
        var values = Enum.GetValues<TFrom>().Where(value => $"{value}" != unmapped).ToList();

        Assert.All(values, value => Assert.Equal($"{value}" == renamed.From ? renamed.To : $"{value}", $"{map(value)}"));
        Assert.Equal(Named<TTo>(), values.Select(map).Order());
    }

    private static IEnumerable<T> Named<T>()
        where T : struct, Enum => Enum.GetValues<T>().Where(value => $"{value}" != "Unspecified");
}
