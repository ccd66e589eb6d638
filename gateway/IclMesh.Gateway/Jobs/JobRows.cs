using System.Security.Cryptography;
using System.Text;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Jobs;

/// <summary>The rows of a specification, and the specification without them.</summary>
internal static class JobRows
{
    /// <summary>The specification without its rows.</summary>
    public static JobSpec Header(JobSpec spec)
    {
        var header = spec.Clone();
        header.Study.Rows.Clear();
        return header;
    }

    /// <summary>SHA-256 of the rows, alike for equal rows however they were sent.</summary>
    public static byte[] Hash(JobSpec spec)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in spec.Study.Rows)
        {
            Append(hash, row.Text);
            Append(hash, row.Label);
            Append(hash, $"{row.Rewritings.Count}");
            foreach (var (name, text) in row.Rewritings.OrderBy(rewriting => rewriting.Key, StringComparer.Ordinal))
            {
                Append(hash, name);
                Append(hash, text);
            }
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The specification with everything taken out that a person may have written: texts of rows, rewritings and instructions.</summary>
    public static JobSpec Redact(JobSpec spec)
    {
        var redacted = spec.Clone();
        foreach (var row in redacted.Study.Rows)
        {
            row.Text = "";
            row.Rewritings.Clear();
        }

        foreach (var template in (PromptTemplate?[])[redacted.Study.Template, .. redacted.Practice?.Templates ?? []])
        {
            template?.Instruction = "";
        }

        return redacted;
    }

    // Every text with its length before it: no two lists of texts give the same bytes.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
