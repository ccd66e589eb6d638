using System.Diagnostics;
using Npgsql;
using Xunit;

namespace IclMesh.Testing;

/// <summary>The real server of <c>eng/pgvector.sh</c>, or the one that <c>ICLMESH_TEST_POSTGRES</c> names.</summary>
/// <remarks>CI must have it: there a missing server fails. Elsewhere the tests that need it are skipped, and counted as such.</remarks>
public static class PostgresServer
{
    private static readonly Lazy<Task<string?>> Found = new(FindAsync);

    /// <summary>A connection string; skips the test where there is no server.</summary>
    public static async Task<string> RequireAsync()
    {
        if (await Found.Value is { } connection)
        {
            return connection;
        }

        const string Reason = "no PostgreSQL with pgvector: run eng/pgvector.sh install, or set ICLMESH_TEST_POSTGRES";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(Reason);
        }

        Assert.Skip(Reason);
        return "";
    }

    /// <summary>A schema name that no other test uses.</summary>
    public static string NewSchema() => $"test_{Guid.NewGuid():N}";

    /// <summary>Drops a schema.</summary>
    /// <param name="connection">Connection string.</param>
    /// <param name="schema">The schema.</param>
    public static async Task DropAsync(string connection, string schema)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
#pragma warning disable CA2100 // The name comes from NewSchema.
        await using var command = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {schema} CASCADE", database);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("ICLMESH_TEST_POSTGRES") is { Length: > 0 } configured)
        {
            return configured;
        }

        var root = Environment.GetEnvironmentVariable("PGV_ROOT") ?? "/var/cache/iclmesh/pg17";
        if (!File.Exists(Path.Combine(root, "usr/lib/postgresql/17/bin/postgres")))
        {
            return null;
        }

        var start = new ProcessStartInfo("bash", [Path.Combine(SharedFolder.Repository, "eng", "pgvector.sh"), "up"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();

        // Building an index takes seconds on an idle machine; on a busy one Npgsql's own 30 seconds are too few.
        return process.ExitCode == 0 ? new NpgsqlConnectionStringBuilder(output) { CommandTimeout = 300 }.ToString() : null;
    }
}
