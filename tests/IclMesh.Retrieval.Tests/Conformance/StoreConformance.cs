using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.Tests.Conformance;

/// <summary>What every store must do; one subclass per implementation runs all of it.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    private IDemonstrationStore? store;

    protected IDemonstrationStore Store => store!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<IDemonstrationStore> OpenAsync();

    /// <summary>Removes what the store left.</summary>
    protected abstract ValueTask CleanUpAsync();

    /// <summary>Closes the store and opens it again over the same data.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        store = await OpenAgainAsync();
    }

    /// <summary>Opens the store over the data that is there.</summary>
    protected abstract Task<IDemonstrationStore> OpenAgainAsync();
}
