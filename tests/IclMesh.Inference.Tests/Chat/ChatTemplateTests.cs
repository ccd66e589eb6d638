using CsCheck;
using IclMesh.Inference.Text.Chat;
using Microsoft.Extensions.Time.Testing;

namespace IclMesh.Inference.Tests.Chat;

public class ChatTemplateTests
{
    private static readonly Dictionary<string, object?> Conversation = new()
    {
        ["messages"] = new[] { new Dictionary<string, object?> { ["role"] = "user", ["content"] = "Hi" } },
        ["add_generation_prompt"] = true,
        ["bos_token"] = "<s>",
    };

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")]
    [InlineData("{{ 'x' * 9000000000 }}")]
    [InlineData("{{ [1] * 9000000000 }}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}")]
    [InlineData("{{ range(1000000000) }}")]
    [InlineData("{{ 'x' | indent(2000000000) }}")]
    [InlineData("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% set ns = namespace(s='aaaaaaaaaa') %}{% for i in range(100) %}{% set ns.s = ns.s.replace('a', ns.s) %}{% endfor %}")]
    public void Render_TemplateWithoutMeasure_StopsAtTheLimit(string template)
    {
        var parsed = ChatTemplate.Parse(template);

        var error = Assert.Throws<MeshException>(() => parsed.Render(Conversation, TimeProvider.System));

        Assert.Equal(ErrorKind.ResourceExhausted, error.Kind);
    }

    [Theory]
    [InlineData("a\n{{ b", ErrorKind.DataLoss, "line 2")]
    [InlineData("\n\n{% include 'x' %}", ErrorKind.Unimplemented, "line 3: the tag 'include' is not supported")]
    [InlineData("{{ a | urlize }}", ErrorKind.Unimplemented, "the filter 'urlize' is not supported")]
    public void Parse_WrongTemplate_NamesTheLine(string template, ErrorKind kind, string message)
    {
        var error = Assert.Throws<MeshException>(() => ChatTemplate.Parse(template));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefusedBeforeTheStackEnds()
    {
        var error = Assert.Throws<MeshException>(() => ChatTemplate.Parse($"{{{{ {new string('(', 100_000)}1{new string(')', 100_000)} }}}}"));

        Assert.Contains("nested more than 100 deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_ValueOfTheWrongKind_NamesTheLine()
    {
        var template = ChatTemplate.Parse("{{ messages[0].role }}\n{{ messages[0].content + 1 }}");

        var error = Assert.Throws<MeshException>(() => template.Render(Conversation, TimeProvider.System));

        Assert.Equal("messages", Assert.Single(error.Violations).Field);
        Assert.Contains("line 2: + is not possible with a text and a whole number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Date_IsThatOfTheClock()
    {
        var time = new FakeTimeProvider(new(2026, 11, 4, 9, 5, 7, TimeSpan.Zero));
        var template = ChatTemplate.Parse("{{ strftime_now('%d %b %Y, %-d %B %y %H:%M:%S %A %j%%') }}");

        Assert.Equal("04 Nov 2026, 4 November 26 09:05:07 Wednesday 308%", template.Render(Conversation, time));
    }

    [Fact]
    public void Render_ParsedOnce_GivesTheSameTextFromManyThreads()
    {
        var template = ChatTemplate.Parse("{% set ns = namespace(n=0) %}{% for i in range(50) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");

        var texts = ParallelEnumerable.Range(0, 64).Select(_ => template.Render(Conversation, TimeProvider.System)).ToList();

        Assert.All(texts, text => Assert.Equal("1225", text));
    }

    [Fact]
    public void ParseAndRender_AnyMixOfPieces_FailsOnlyWithMeshException()
    {
        string[] pieces =
        [
            "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", " if ", " elif ", " else ", " endif ", " for ", " in ", " endfor ", " set ", " = ", " macro ", " endmacro ", " call ",
            " endcall ", " is ", " not ", " and ", " or ", " defined ", " x ", " messages ", " loop.index ", "[", "]", "(", ")", "{", "}", "|", " length ", " tojson ", " join ", ",", ":", ".", "'", "\"",
            "\\", " 1 ", " 2.5e3 ", " -1 ", " * ", " ** ", " ~ ", " // ", " % ", " + ", "é", "😀", "\n", " raw ", " endraw ", " namespace ", " range ", " 99999999999999999999 ", " break ", " filter ", " upper ", " with ", " endwith ", " true ", " none ",
        ];
        var templates = Gen.OneOf(pieces).Array[0, 30].Select(string.Concat);

        templates.Sample(template => { OnlyMeshExceptions(template); }, iter: 8_000);
    }

    [Fact]
    public void ParseAndRender_MutatedTemplate_FailsOnlyWithMeshException()
    {
        const string Template =
            "{%- macro head(role, n=1) -%}#{{ n }} {{ role | title }}{%- endmacro -%}{% set ns = namespace(a=[], b={'k': 1}) %}{% for m in messages if m.content is string and m.content | length > 0 -%}" +
            "{{ head(m.role, loop.index) }} {{ m.content[1:] | replace('i', ' / ') ~ m['role'].split('s')[0] }}{% set ns.a = ns.a + [m] %}{% else %}{{ bos_token if add_generation_prompt else '' }}{% endfor %}{{ ns.a | tojson(indent=2) }}{{ ns.b.items() | list }}";
        var mutations = Gen.Select(Gen.Int[0, Template.Length - 1], Gen.Int[0, 12], Gen.String[Gen.Char["{}%#|()[].,:'\"~+-*/=! \nabns0"], 0, 3]).Array[1, 4];

        mutations.Sample(
            edits => { OnlyMeshExceptions(edits.Aggregate(Template, (text, edit) => Edit(text, edit.Item1, edit.Item2, edit.Item3))); }, iter: 4_000);
    }

    private static string Edit(string text, int at, int removed, string inserted)
    {
        at = Math.Min(at, text.Length);
        return text[..at] + inserted + text[Math.Min(text.Length, at + removed)..];
    }

    private static void OnlyMeshExceptions(string template)
    {
        try
        {
            ChatTemplate.Parse(template).Render(Conversation, TimeProvider.System);
        }
        catch (MeshException)
        {
            // The one kind of failure that is allowed.
        }
    }
}
