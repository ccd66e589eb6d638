using System.Text.Json;
using System.Text.Json.Nodes;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Writes both models as Hugging Face style folders; FORMAT.md describes them.</summary>
internal static class ExportCommand
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static void Run(Options options)
    {
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var decoder = Models.Decoder(options.Text("checkpoint", "decoder.safetensors"));
        var encoder = Models.Encoder(options.Text("encoder", "encoder.safetensors"));
        var output = options.Text("output", "models");
        options.RefuseUnknown();
        using var gradients = torch.no_grad();
        Decoder(decoder, tokenizer, Directory.CreateDirectory(Path.Combine(output, "iclmesh-tiny")).FullName);
        Encoder(encoder, tokenizer, Directory.CreateDirectory(Path.Combine(output, "iclmesh-tiny-embed")).FullName);
    }

    private static void Decoder(TinyDecoder decoder, WordPiece tokenizer, string folder)
    {
        var shape = decoder.Shape;
        Write(folder, "config.json", new JsonObject
        {
            ["architectures"] = new JsonArray("IclMeshTinyForCausalLM"),
            ["model_type"] = "iclmesh_tiny",
            ["vocab_size"] = shape.Vocabulary,
            ["hidden_size"] = shape.Hidden,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["intermediate_size"] = shape.FeedForward,
            ["hidden_act"] = "gelu",
            ["layer_norm_eps"] = DecoderShape.Epsilon,
            ["max_position_embeddings"] = 2048,
            ["tie_word_embeddings"] = false,
            ["alibi_slopes"] = new JsonArray([.. shape.Slopes.Select(layer => (JsonNode)new JsonArray([.. layer.Select(s => (JsonNode)s)]))]),
            ["torch_dtype"] = "float16",
        });
        Write(folder, "tokenizer.json", TokenizerFile.Of(tokenizer, sentence: false));
        var tensors = decoder.Weights.All.Where(x => x.Key is not ("meaning" or "head")).ToDictionary(x => "model." + x.Key, x => (torch.Tensor)x.Value);
        tensors["model.embed_tokens.weight"] = decoder.Embedding();
        tensors["lm_head.weight"] = decoder.Head();
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), tensors, half: true);
    }

    private static void Encoder(BertEncoder encoder, WordPiece tokenizer, string folder)
    {
        var shape = encoder.Shape;
        Write(folder, "config.json", new JsonObject
        {
            ["architectures"] = new JsonArray("BertModel"),
            ["model_type"] = "bert",
            ["vocab_size"] = shape.Vocabulary,
            ["hidden_size"] = shape.Hidden,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["intermediate_size"] = shape.FeedForward,
            ["hidden_act"] = "gelu",
            ["layer_norm_eps"] = shape.Epsilon,
            ["max_position_embeddings"] = shape.Positions,
            ["type_vocab_size"] = 2,
            ["pad_token_id"] = WordPiece.Pad,
            ["position_embedding_type"] = "absolute",
            ["torch_dtype"] = "float16",
        });
        Write(folder, "tokenizer.json", TokenizerFile.Of(tokenizer, sentence: true));
        Write(folder, "modules.json", new JsonArray(
            Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"), Module(2, "2_Normalize", "Normalize")));
        Write(folder, "sentence_bert_config.json", new JsonObject { ["max_seq_length"] = shape.Positions, ["do_lower_case"] = false });
        Write(Directory.CreateDirectory(Path.Combine(folder, "1_Pooling")).FullName, "config.json", new JsonObject
        {
            ["word_embedding_dimension"] = shape.Hidden,
            ["pooling_mode_cls_token"] = false,
            ["pooling_mode_mean_tokens"] = true,
            ["pooling_mode_max_tokens"] = false,
            ["pooling_mode_mean_sqrt_len_tokens"] = false,
        });
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), encoder.Weights.All.ToDictionary(x => x.Key, x => (torch.Tensor)x.Value), half: true);

        static JsonObject Module(int index, string path, string type) =>
            new() { ["idx"] = index, ["name"] = index.ToString(), ["path"] = path, ["type"] = "sentence_transformers.models." + type };
    }

    private static void Write(string folder, string name, JsonNode json) => File.WriteAllText(Path.Combine(folder, name), json.ToJsonString(indented) + "\n");
}
