using System.Text.Json.Nodes;
using IclMesh.Train.Text;

namespace IclMesh.Train.Export;

/// <summary>A <c>tokenizer.json</c> as Hugging Face's tokenizers library reads it.</summary>
internal static class TokenizerFile
{
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="sentence">Adds [CLS] and [SEP] around a text.</param>
    public static JsonObject Of(WordPiece tokenizer, bool sentence)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokenizer.Tokens.Count; id++)
            vocabulary[tokenizer.Tokens[id]] = id;
        return new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. WordPiece.Special.Select((token, id) => (JsonNode)new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            })]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = false,
                ["lowercase"] = true,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = sentence ? Template() : null,
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = vocabulary,
            },
        };
    }

    private static JsonObject Template() => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(Special("[CLS]", 0), Sequence("A", 0), Special("[SEP]", 0)),
        ["pair"] = new JsonArray(Special("[CLS]", 0), Sequence("A", 0), Special("[SEP]", 0), Sequence("B", 1), Special("[SEP]", 1)),
        ["special_tokens"] = new JsonObject { ["[CLS]"] = Ids("[CLS]", WordPiece.Begin), ["[SEP]"] = Ids("[SEP]", WordPiece.Separator) },
    };

    private static JsonObject Special(string token, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

    private static JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };

    private static JsonObject Ids(string token, int id) =>
        new() { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) };
}
