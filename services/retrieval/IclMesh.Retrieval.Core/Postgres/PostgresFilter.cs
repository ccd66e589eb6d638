using System.Text;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Writes filters as SQL conditions; everything that a caller spelled becomes a parameter.</summary>
/// <remarks>Numbers are compared as <c>numeric</c>, which keeps whole ones of 64 bits and the shortest spelling of binary64 apart.</remarks>
/// <param name="parameters">Receives the parameters.</param>
internal sealed class PostgresFilter(NpgsqlParameterCollection parameters)
{
    private readonly StringBuilder sql = new();

    /// <summary>A condition that is true or false for every row, never null.</summary>
    /// <param name="filter">The filter; null passes everything.</param>
    public string Write(Filter? filter)
    {
        if (filter is null)
        {
            return "true";
        }

        Write(filter.Root);
        return sql.ToString();
    }

    private void Write(FilterNode node)
    {
        switch (node)
        {
            case FilterNode.All all:
                Join(all.Parts, " AND ");
                break;
            case FilterNode.Any any:
                Join(any.Parts, " OR ");
                break;
            case FilterNode.Not not:
                sql.Append("NOT ");
                Write(not.Part);
                break;
            case FilterNode.Exists exists:
                sql.Append(exists.Field.Kind switch
                {
                    FilterFieldKind.Metadata => $"(metadata ? {Parameter(exists.Field.Key)})",
                    FilterFieldKind.Split => "(split <> '')",
                    _ => "true",
                });
                break;
            case FilterNode.In list:
                Compare(list.Field, list.Values.First().Kind, operand => $"{operand} = ANY({Parameter(Array(list.Values))}{(list.Values.First().Kind == MetadataKind.Number ? "::numeric[]" : "")})");
                break;
            case FilterNode.Compare compare:
                Compare(compare.Field, compare.Value.Kind, operand => $"{operand} {Spell(compare.Operator)} {Parameter(Plain(compare.Value))}{(compare.Value.Kind == MetadataKind.Number ? "::numeric" : "")}");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node, "unknown part of a filter");
        }
    }

    private void Join(IReadOnlyList<FilterNode> parts, string separator)
    {
        sql.Append('(');
        for (var i = 0; i < parts.Count; i++)
        {
            sql.Append(i == 0 ? "" : separator);
            Write(parts[i]);
        }

        sql.Append(')');
    }

    private void Compare(FilterField field, MetadataKind kind, Func<string, string> condition)
    {
        if (field.Kind != FilterFieldKind.Metadata)
        {
            var guard = field.Kind == FilterFieldKind.Split ? "split <> '' AND " : "";
            var column = field.Kind switch
            {
                FilterFieldKind.Version => "version::numeric",
                _ => field.Kind.ToString().ToLowerInvariant(),
            };
            sql.Append($"({guard}{condition(column)})");
            return;
        }

        // CASE, because AND may evaluate a cast before the test that makes it safe.
        var key = Parameter(field.Key);
        var (type, operand) = kind switch
        {
            MetadataKind.Text => ("string", $"((metadata->>{key}) COLLATE \"C\")"),
            MetadataKind.Number => ("number", $"(metadata->>{key})::numeric"),
            _ => ("boolean", $"(metadata->>{key})::boolean"),
        };
        sql.Append($"(CASE WHEN jsonb_typeof(metadata->{key}) = '{type}' THEN {condition(operand)} ELSE false END)");
    }

    private string Parameter(object value)
    {
        parameters.Add(new NpgsqlParameter { Value = value });
        return $"${parameters.Count}";
    }

    private static object Plain(MetadataValue value) => value.Kind switch
    {
        MetadataKind.Text => value.Text,
        MetadataKind.Number => value.ToString(),
        _ => value.Flag,
    };

    private static object Array(IReadOnlySet<MetadataValue> values) => values.First().Kind switch
    {
        MetadataKind.Text => values.Select(value => value.Text).ToArray(),
        MetadataKind.Number => values.Select(value => value.ToString()).ToArray(),
        _ => values.Select(value => value.Flag).ToArray(),
    };

    private static string Spell(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal => "=",
        FilterOperator.NotEqual => "<>",
        FilterOperator.Less => "<",
        FilterOperator.LessOrEqual => "<=",
        FilterOperator.Greater => ">",
        _ => ">=",
    };
}
