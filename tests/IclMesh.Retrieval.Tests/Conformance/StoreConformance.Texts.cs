namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Theory]
    [InlineData("un caf\u00e9 noir", "CAFE\u0301")]
    [InlineData("un cafe\u0301 noir", "Caf\u00e9")]
    [InlineData("H₂O boils", "h2o")]
    [InlineData("H2O boils", "H₂O")]
    [InlineData("a room of 20 m²", "m2")]
    [InlineData("step ① of three", "1")]
    [InlineData("ｆｕｌｌｗｉｄｔｈ text", "fullwidth")]
    [InlineData("the ﬁnal word", "FINAL")]
    [InlineData("die Straße", "STRASSE")]
    [InlineData("ΟΔΥΣΣΕΥΣ", "οδυσσευς")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("co\u00adoperate", "cooperate")]
    [InlineData("e\u0323\u0302 and more", "e\u0302\u0323")]
    [InlineData("हिन्दी भाषा", "हिन्दी")]
    [InlineData("தமிழ் மொழி", "தமிழ்")]
    [InlineData("我喜欢吃北京烤鸭", "北京")]
    [InlineData("私は東京タワーに行きました", "東京タワー")]
    [InlineData("私は東京ﾀﾜｰに行きました", "タワー")]
    [InlineData("冷たい飲み水です", "水")]
    [InlineData("ฉันรักภาษาไทยมาก", "ภาษา")]
    [InlineData("ຂ້ອຍຮັກພາສາລາວ", "ພາສາ")]
    [InlineData("ខ្ញុំស្រឡាញ់ភាសាខ្មែរ", "ភាសា")]
    [InlineData("ကျွန်တော်မြန်မာစာကိုချစ်တယ်", "မြန်မာ")]
    [InlineData("서울에서 만나요", "서울")]
    [InlineData("\u1109\u1165\u110b\u116e\u11af에서 만나요", "서울")]
    [InlineData("iPhone15を買った", "iphone15")]
    public async Task SearchText_OneSpellingStoredAnotherAsked_FindsIt(string stored, string query)
    {
        await Store.With(Given.Schema(), Given.Demonstration("a") with { Text = stored }, Given.Demonstration("b") with { Text = "nothing of the kind" });

        var answer = await Store.SearchTextAsync(Given.Name(), new(query, 10), Token);

        Assert.Equal("a", Assert.Single(answer.Matches).Demonstration.Id);
    }

    [Theory]
    [InlineData("un caf\u00e9 noir", "cafe")]
    [InlineData("हिन्दी भाषा", "ह")]
    [InlineData("我喜欢吃北京烤鸭", "上海")]
    [InlineData("cooperation", "operation")]
    [InlineData("it's a film", "its")]
    public async Task SearchText_AnotherWord_FindsNothing(string stored, string query)
    {
        await Store.With(Given.Schema(), Given.Demonstration("a") with { Text = stored });

        var answer = await Store.SearchTextAsync(Given.Name(), new(query, 10), Token);

        Assert.Empty(answer.Matches);
    }

    [Fact]
    public async Task SearchText_AfterCompactingAndRestoring_FindsTheSame()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a") with { Text = "東京タワー" }, Given.Demonstration("b") with { Text = "caf\u00e9" });
        await Store.DeleteAsync(Given.Name(), [new("a")], Token);
        await Store.CompactAsync(Given.Name(), Token);
        await Store.UpsertAsync(Given.Name(), [(Given.Demonstration("c") with { Text = "京都タワー" }).Write()], Token);
        await Store.CreateSnapshotAsync(Given.Name(), "kept", Token);
        await Store.RestoreSnapshotAsync(Given.Name(), "kept", Given.Name("again"), Token);

        foreach (var name in (string[])["demos", "again"])
        {
            Assert.Equal("c", Assert.Single((await Store.SearchTextAsync(Given.Name(name), new("タワー", 10), Token)).Matches).Demonstration.Id);
            Assert.Equal("b", Assert.Single((await Store.SearchTextAsync(Given.Name(name), new("cafe\u0301", 10), Token)).Matches).Demonstration.Id);
        }
    }

    [Fact]
    public async Task Upsert_MegabyteOfDistinctWords_IsRefusedAloneByField()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);
        var distinct = string.Join(' ', Enumerable.Range(0, 140_000).Select(i => $"w{i:x5}"));
        var repeated = string.Join(' ', Enumerable.Range(0, 140_000).Select(i => $"w{i % 9_000:x5}"));
        var longest = new string('x', 1 << 20);

        var outcomes = await Store.UpsertAsync(
            Given.Name(),
            [
                (Given.Demonstration("a") with { Text = distinct }).Write(),
                (Given.Demonstration("b") with { Text = repeated }).Write(),
                (Given.Demonstration("c") with { Text = longest }).Write(),
                (Given.Demonstration("d") with { Text = new string('字', 300_000) }).Write(),
                (Given.Demonstration("e") with { Text = string.Concat(Enumerable.Repeat("ก\u0e34\u0e49", 100_000)) }).Write(),
            ],
            Token);

        var violation = Assert.Single(outcomes[0].Error!.Violations);
        Assert.Equal("text", violation.Field);
        Assert.StartsWith("must take at most 1000000 bytes of the collection's full-text index, takes ", violation.Description, StringComparison.Ordinal);
        Assert.All(outcomes.Skip(1), outcome => Assert.Null(outcome.Error));
        Assert.Equal("b", Assert.Single((await Store.SearchTextAsync(Given.Name(), new("w00777", 9), Token)).Matches).Demonstration.Id);
        Assert.Equal("c", Assert.Single((await Store.SearchTextAsync(Given.Name(), new(longest, 9), Token)).Matches).Demonstration.Id);
    }

    [Fact]
    public async Task Upsert_ManyDistinctWordsWithoutIndex_IsKept()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema() with { TextIndex = false }, Given.NoAttributes, Token);
        var distinct = string.Join(' ', Enumerable.Range(0, 140_000).Select(i => $"w{i:x5}"));

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [(Given.Demonstration("a") with { Text = distinct }).Write()], Token));

        Assert.Null(outcome.Error);
        Assert.Equal(distinct, Assert.Single(await Store.GetAsync(Given.Name(), ["a"], Token)).Text);
    }
}
