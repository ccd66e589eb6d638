using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Storage;

/// <summary>Where the gateway keeps tasks, predictions and jobs; configuration section <c>Gateway:Store</c>.</summary>
public sealed class GatewayStoreOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Store";

    /// <summary>Value of <see cref="Kind"/> for one folder of this machine.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>Value of <see cref="Kind"/> for a database that several gateways share.</summary>
    public const string Postgres = "postgres";

    /// <summary>Which database to use: <c>sqlite</c> or <c>postgres</c>. Default <c>sqlite</c>.</summary>
    [AllowedValues(Sqlite, Postgres)]
    public string Kind { get; set; } = Sqlite;

    /// <summary>SQLite: folder of the database, created where missing; relative to the working directory. Default <c>data/gateway</c>.</summary>
    [Required]
    public string Folder { get; set; } = Path.Combine("data", "gateway");

    /// <summary>PostgreSQL: Npgsql's connection string; required there. Default empty.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>PostgreSQL: schema that holds the tables, created where missing, 1 to 48 of a-z, 0-9 and _. Default <c>iclmesh_gateway</c>.</summary>
    [RegularExpression("^[a-z0-9_]{1,48}$")]
    public string Schema { get; set; } = "iclmesh_gateway";
}

[OptionsValidator]
internal sealed partial class GatewayStoreOptionsValidator : IValidateOptions<GatewayStoreOptions>;
