using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Changes_AfterWritesAndDeletions_TellWhatHappenedInOrder()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));
        await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a").Write(), Given.Demonstration("b", 0, 1).Write()], Token);
        await Store.DeleteAsync(Given.Name(), [new("a")], Token);

        var all = await Store.ListChangesAsync(Given.Name(), after: 0, limit: 10, Token);
        var rest = await Store.ListChangesAsync(Given.Name(), after: 2, limit: 1, Token);

        CollectionEvent[] expected =
        [
            new(1, "a", WriteKind.Inserted), new(2, "b", WriteKind.Inserted), new(3, "b", WriteKind.Updated), new(4, "a", WriteKind.Deleted),
        ];
        Assert.Equal(expected, all);
        Assert.Equal(expected[2..3], rest);
    }

    [Fact]
    public async Task Compact_AfterUpdatesAndDeletions_ChangesNoAnswer()
    {
        var vectors = Given.Vectors(200, 10);
        await Store.With(Given.Schema(10), vectors.Select((vector, i) => Given.Demonstration($"d{i:D3}", vector)));
        await Store.UpsertAsync(Given.Name(), [.. Enumerable.Range(0, 50).Select(i => Given.Demonstration($"d{i:D3}", vectors[i + 50]).Write())], Token);
        await Store.DeleteAsync(Given.Name(), [.. Enumerable.Range(100, 30).Select(i => new DemonstrationDeletion($"d{i:D3}"))], Token);
        var query = Given.Query(200, Given.Vectors(1, 10, seed: 2)[0]);
        var before = (await Store.SearchAsync(Given.Name(), [query], Token))[0].Matches.Select(match => (match.Demonstration.Id, match.Score)).ToArray();

        var removed = await Store.CompactAsync(Given.Name(), Token);
        await ReopenAsync();

        Assert.True(removed >= 30);
        var collection = await Store.GetCollectionAsync(Given.Name(), Token);
        Assert.Equal((170L, 0L, 280L), (collection.Count, collection.DeletedCount, collection.Revision));
        var after = (await Store.SearchAsync(Given.Name(), [query], Token))[0].Matches.Select(match => (match.Demonstration.Id, match.Score));
        Assert.Equal(before, after);
        Assert.Equal(170, (await Store.SearchTextAsync(Given.Name(), new("text", 1000), Token)).Matches.Count);
        var written = await Store.UpsertAsync(Given.Name(), [Given.Demonstration("new", vectors[0]).Write()], Token);
        Assert.Equal(281, written[0].Version);
    }

    [Fact]
    public async Task Snapshot_RestoredUnderAnotherName_IsTheStateOfItsTime()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));
        var taken = await Store.CreateSnapshotAsync(Given.Name(), "before", Token);
        await Store.DeleteAsync(Given.Name(), [new("a")], Token);
        await Store.UpsertAsync(Given.Name(), [Given.Demonstration("c").Write()], Token);

        var restored = await Store.RestoreSnapshotAsync(Given.Name(), "before", Given.Name("again"), Token);
        await ReopenAsync();

        Assert.Equal(("before", 2L, 2L), (taken.Name, taken.Revision, taken.Count));
        Assert.Equal((2L, 2L), (restored.Count, restored.Revision));
        Assert.Equal(["a", "b"], (await Store.ListAsync(Given.Name("again"), new(10), Token)).Items.Select(item => item.Id));
        Assert.Equal(["b", "c"], (await Store.ListAsync(Given.Name(), new(10), Token)).Items.Select(item => item.Id));
        var written = await Store.UpsertAsync(Given.Name("again"), [Given.Demonstration("d").Write()], Token);
        Assert.Equal(3, written[0].Version);
    }

    [Fact]
    public async Task Snapshot_OutlivesItsCollection()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));
        await Store.CreateSnapshotAsync(Given.Name(), "last", Token);
        await Store.DeleteCollectionAsync(Given.Name(), Token);

        var restored = await Store.RestoreSnapshotAsync(Given.Name(), "last", Given.Name(), Token);

        Assert.Equal(1, restored.Count);
        Assert.Equal(["last"], (await Store.ListSnapshotsAsync(Given.Name(), Token)).Select(snapshot => snapshot.Name));
        Assert.True(await Store.DeleteSnapshotAsync(Given.Name(), "last", Token));
        Assert.False(await Store.DeleteSnapshotAsync(Given.Name(), "last", Token));
        Assert.Empty(await Store.ListSnapshotsAsync(Given.Name(), Token));
    }

    [Fact]
    public async Task Snapshot_TakenNameOrUnknown_SaysSo()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));
        await Store.CreateSnapshotAsync(Given.Name(), "s", Token);

        var taken = await Assert.ThrowsAsync<MeshException>(() => Store.CreateSnapshotAsync(Given.Name(), "s", Token));
        var unknown = await Assert.ThrowsAsync<MeshException>(() => Store.RestoreSnapshotAsync(Given.Name(), "t", Given.Name("x"), Token));
        var occupied = await Assert.ThrowsAsync<MeshException>(() => Store.RestoreSnapshotAsync(Given.Name(), "s", Given.Name(), Token));

        Assert.Equal([ErrorKind.AlreadyExists, ErrorKind.NotFound, ErrorKind.AlreadyExists], [taken.Kind, unknown.Kind, occupied.Kind]);
    }
}
