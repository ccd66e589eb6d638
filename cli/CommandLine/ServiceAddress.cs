using System.CommandLine.Parsing;

namespace IclMesh.Cli.CommandLine;

/// <summary>Reads the address of a running service from the command line.</summary>
internal static class ServiceAddress
{
    public static Uri? Parse(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
        {
            return address;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no address such as http://127.0.0.1:8080");
        return null;
    }
}
