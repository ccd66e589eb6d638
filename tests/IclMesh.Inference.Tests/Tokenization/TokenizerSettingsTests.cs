using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

/// <summary>tokenizer_config.json is honoured or refused by name.</summary>
public sealed class TokenizerSettingsTests : IDisposable
{
    private const string Model = """
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
                 "vocab":{"[UNK]":0,"<s>":1,"</s>":2,"a":3,"b":4,"A":5,"<x>":6,"##b":7} }
        """;

    private const string Plain = $$"""{"pre_tokenizer":{"type":"WhitespaceSplit"},{{Model}} }""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"bos_token":"<s>","eos_token":{"content":"</s>"},"add_bos_token":true,"add_eos_token":true}""", "1 3 2")]
    [InlineData("""{"bos_token":"<s>","eos_token":"</s>","add_bos_token":true}""", "1 3")]
    [InlineData("""{"bos_token":"<s>","eos_token":"</s>","add_bos_token":false,"add_eos_token":true}""", "3 2")]
    [InlineData("""{"bos_token":"<s>"}""", "3")]
    public void Encode_BeginAndEndSettings_FrameTheText(string settings, string expected) =>
        Assert.Equal(expected, Ids(Plain, settings, "a", addSpecialTokens: true));

    [Fact]
    public void Encode_FrameThatTheSettingTakesAway_IsGone()
    {
        const string Framed = $$"""
            {"pre_tokenizer":{"type":"WhitespaceSplit"},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"A","type_id":0} }],"pair":[],
                               "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]} } },{{Model}} }
            """;

        Assert.Equal("1 3", Ids(Framed, """{"bos_token":"<s>"}""", "a", addSpecialTokens: true));
        Assert.Equal("1 3", Ids(Framed, """{"bos_token":"<s>","add_bos_token":true}""", "a", addSpecialTokens: true));
        Assert.Equal("3", Ids(Framed, """{"bos_token":"<s>","add_bos_token":false}""", "a", addSpecialTokens: true));
    }

    [Theory]
    [InlineData("""{"added_tokens_decoder":{"6":{"content":"<x>","special":true} } }""", "3 0 6 4")]
    [InlineData("""{"added_tokens_decoder":{"6":{"content":"<x>","special":true,"lstrip":true,"rstrip":true} } }""", "3 0 6 4")]
    [InlineData("""{"additional_special_tokens":["<x>"]}""", "3 0 6 4")]
    [InlineData("""{"pad_token":{"content":"<x>"} }""", "3 0 6 4")]
    [InlineData("{}", "3 0 6 7")]
    public void Encode_AddedTokensOfTheSettings_AreTokens(string settings, string expected) =>
        Assert.Equal(expected, Ids(Plain, settings, "a q <x>b", addSpecialTokens: false, SpecialTokenScope.Everywhere));

    [Fact]
    public void Encode_LowercaseOfTheSettings_OutranksTheNormalizer()
    {
        const string Cased = $$"""
            {"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":false},"pre_tokenizer":{"type":"BertPreTokenizer"},{{Model}} }
            """;

        Assert.Equal("5", Ids(Cased, "{}", "A", addSpecialTokens: false));
        Assert.Equal("3", Ids(Cased, """{"do_lower_case":true}""", "A", addSpecialTokens: false));
    }

    [Theory]
    [InlineData("""{"split_special_tokens":true}""", "split_special_tokens")]
    [InlineData("""{"add_bos_token":true}""", "add_bos_token")]
    [InlineData("""{"bos_token":"<none>","add_bos_token":true}""", "add_bos_token")]
    [InlineData("""{"add_eos_token":true}""", "add_eos_token")]
    [InlineData("""{"added_tokens_decoder":{"5":{"content":"<x>"} } }""", "token '<x>' has id 6 here and 5")]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"<x>"} } }""", "'x' must be a token id")]
    [InlineData("""{"added_tokens_decoder":{"6":{} } }""", "content of 6 is missing")]
    [InlineData("""{"bos_token":3}""", "bos_token must be a text")]
    [InlineData("""{"extra_ids":-1}""", "extra_ids")]
    [InlineData("""{"sp_model_kwargs":{"enable_sampling":true} }""", "sp_model_kwargs.enable_sampling")]
    public void Read_WhatCannotBeHonoured_IsRefusedByName(string settings, string name)
    {
        var error = Assert.Throws<MeshException>(() => Ids(Plain, settings, "a", addSpecialTokens: true));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.True(error.Kind is ErrorKind.Unimplemented or ErrorKind.DataLoss);
    }

    [Theory]
    [InlineData("""{"chat_template":"x"}""", "x")]
    [InlineData("""{"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}]}""", "d")]
    [InlineData("""{"chat_template":{"default":"d","rag":"r"} }""", "d")]
    [InlineData("""{"chat_template":[{"name":"rag","template":"r"}]}""", null)]
    public void Read_ChatTemplate_IsTheDefaultOne(string settings, string? expected)
    {
        folder.Write("tokenizer_config.json", settings);

        Assert.Equal(expected, TokenizerSettings.Read(folder.Path).ChatTemplate);
    }

    [Fact]
    public void Read_ChatTemplateFile_OutranksTheSetting()
    {
        folder.Write("tokenizer_config.json", """{"chat_template":"x"}""");
        folder.Write("chat_template.jinja", "file");

        Assert.Equal("file", TokenizerSettings.Read(folder.Path).ChatTemplate);
    }

    [Theory]
    [InlineData("""{"pre_tokenizer":{"type":"ByteLevel"},MODEL}""", "pre_tokenizer ByteLevel: add_prefix_space is missing")]
    [InlineData("""{"pre_tokenizer":{"type":"Whitespace","x":1},MODEL}""", "pre_tokenizer Whitespace: the setting 'x' is not supported")]
    [InlineData("""{"normalizer":{"type":"BertNormalizer","lowercase":true},MODEL}""", "normalizer BertNormalizer: clean_text is missing")]
    [InlineData("""{"decoder":{"type":"CTC"},MODEL}""", "decoder 'CTC' is not supported")]
    [InlineData("""{"normalizers":null,MODEL}""", "the setting 'normalizers' is not supported")]
    [InlineData("""{"added_tokens":[{"id":1,"content":"<s>","specials":true}],MODEL}""", "added_tokens: the setting 'specials' is not supported")]
    public void Read_ComponentWithAnotherSetting_IsRefusedByName(string json, string message)
    {
        var error = Assert.Throws<MeshException>(() => Ids(json.Replace("MODEL", Model, StringComparison.Ordinal), "{}", "a", addSpecialTokens: true));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Whitespace", "नमस्ते दुनिया", "नमस्ते|दुनिया")]
    [InlineData("Whitespace", "வணக்கம் உலகம்!", "வணக்கம்|உலகம்|!")]
    [InlineData("Whitespace", "क\u094d\u200dष zero\u200cjoin a‿b_c", "क\u094d\u200dष|zero\u200cjoin|a‿b_c")]
    [InlineData("Whitespace", "ⓐⓑ ² a—b 😀😀", "ⓐⓑ|²|a|—|b|😀😀")]
    [InlineData("WhitespaceSplit", "a-b\u00a0c\u3000d", "a-b|c|d")]
    [InlineData("BertPreTokenizer", "a-b (c) ¡नमस्ते!", "a|-|b|(|c|)|¡|नमस्ते|!")]
    [InlineData("UnicodeScripts", "どこで生れ。Yes", "どこで生れ|。|Yes")]
    [InlineData("UnicodeScripts", "Apples are りんご 林檎", "Apples are |りんご 林檎")]
    public void Split_ByName_GivesThePiecesOfTheReference(string type, string text, string expected)
    {
        var split = SplitterJson.Read(new("tokenizer.json", System.Text.Json.JsonDocument.Parse($$"""{"type":"{{type}}"}""").RootElement), new());

        var pieces = split(Text.Splitting.SplitText.Whole(AlignedText.Of(text, 0, text.Length)));

        Assert.Equal(expected, string.Join('|', pieces.Pieces.Select(piece => pieces.Text.Text.Substring(piece.Start, piece.Length))));
    }

    [Theory]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a-b--c", "a|b|c")]
    [InlineData("""{"type":"FixedLength","length":2}""", "ab😀cd", "ab|😀c|d")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"(?=[A-Z])"},"behavior":"Isolated","invert":false}""", "camelCaseWord", "camel|Case|Word")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"[\\p{L}&&[^a]]+"},"behavior":"Isolated","invert":false}""", "banana!", "b|a|n|a|n|a!")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "a12", "a|1|2")]
    [InlineData("""{"type":"Punctuation"}""", "a,b!", "a|,|b|!")]
    public void Split_WithSettings_GivesThePiecesOfTheReference(string settings, string text, string expected)
    {
        var split = SplitterJson.Read(new("tokenizer.json", System.Text.Json.JsonDocument.Parse(settings).RootElement), new());

        var pieces = split(Text.Splitting.SplitText.Whole(AlignedText.Of(text, 0, text.Length)));

        Assert.Equal(expected, string.Join('|', pieces.Pieces.Select(piece => pieces.Text.Text.Substring(piece.Start, piece.Length))));
    }

    private string Ids(string tokenizer, string settings, string text, bool addSpecialTokens, SpecialTokenScope? scope = null)
    {
        folder.Write("tokenizer_config.json", settings);
        var read = TokenizerFiles.ReadJson(folder.Write("tokenizer.json", tokenizer), TokenizerSettings.Read(folder.Path).Tokenizer);
        return string.Join(' ', read.Encode(text, addSpecialTokens, scope).Select(token => token.Id));
    }
}
