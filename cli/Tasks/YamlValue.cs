using YamlDotNet.Core;

namespace IclMesh.Cli.Tasks;

/// <summary>A value of a YAML document and where it stands.</summary>
/// <param name="Line">Line, from 1.</param>
internal abstract record YamlValue(long Line)
{
    /// <summary>A scalar.</summary>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Text">As it is written, escapes and quotes resolved.</param>
    /// <param name="Plain">Without quotes: it may stand for more than its text.</param>
    internal sealed record Scalar(long Line, string Text, bool Plain) : YamlValue(Line)
    {
        /// <summary>Plain, and nothing or a word for nothing.</summary>
        public bool IsNull => Plain && (Text is "" or "~" or "null" or "Null" or "NULL");
    }

    /// <summary>A sequence.</summary>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Items">Its items.</param>
    internal sealed record Sequence(long Line, IReadOnlyList<YamlValue> Items) : YamlValue(Line);

    /// <summary>A mapping.</summary>
    /// <param name="Line">Line, from 1.</param>
    /// <param name="Entries">Its entries, no key twice.</param>
    internal sealed record Mapping(long Line, IReadOnlyList<(Scalar Key, YamlValue Value)> Entries) : YamlValue(Line);

    /// <summary>A failure that names this value's line.</summary>
    public YamlException Fault(string message) => new(new Mark(0, Line, 1), new Mark(0, Line, 1), message);
}
