using System.Globalization;
using System.Text.Json;
using IclMesh.Train.Export;
using TorchSharp;

namespace IclMesh.Train.Model;

/// <summary>Opens trained models by the options that their runs recorded.</summary>
internal static class Models
{
    /// <summary>A decoder from a checkpoint.</summary>
    public static TinyDecoder Decoder(string checkpoint)
    {
        var used = Used(checkpoint);
        int Size(string name) => int.Parse(used[name], CultureInfo.InvariantCulture);
        using var gradients = torch.no_grad();
        var tensors = Safetensors.Read(checkpoint);
        var shape = new DecoderShape((int)tensors["codes"].shape[0], Size("meaning"), Size("code"), Size("feed-forward"), DecoderShape.ParseSlopes(used["slopes"]));
        var decoder = new TinyDecoder(shape, vectors: null);
        decoder.Weights.Restore(tensors);
        decoder.Codes.copy_(tensors["codes"]);
        return decoder;
    }

    /// <summary>Fills a decoder with the weights of an exported model; its head comes back from the product with the codes, by least squares.</summary>
    public static void RestoreExported(TinyDecoder decoder, string weights)
    {
        using var gradients = torch.no_grad();
        var exported = Safetensors.Read(weights);
        var tensors = exported.ToDictionary(x => x.Key.Replace("model.", "", StringComparison.Ordinal), x => x.Value);
        var embedding = exported["model.embed_tokens.weight"];
        decoder.Codes.copy_(embedding.narrow(1, decoder.Shape.Meaning, decoder.Shape.Code));
        tensors["meaning"] = embedding.narrow(1, 0, decoder.Shape.Meaning);
        var codes = decoder.Codes.to(torch.ScalarType.Float64);
        tensors["head"] = torch.linalg.solve(codes.t().matmul(codes), codes.t().matmul(exported["lm_head.weight"].to(torch.ScalarType.Float64)));
        decoder.Weights.Restore(tensors);
    }

    /// <summary>An encoder from its weights, or from a Hugging Face style folder.</summary>
    public static BertEncoder Encoder(string weights)
    {
        if (Directory.Exists(weights))
            return Folder(weights);
        var used = Used(weights);
        int Size(string name) => int.Parse(used[name], CultureInfo.InvariantCulture);
        var tensors = Safetensors.Read(weights);
        var positions = tensors["embeddings.position_embeddings.weight"].shape[0];
        var encoder = new BertEncoder(new((int)tensors["embeddings.word_embeddings.weight"].shape[0], Size("size"), Size("layers"), Size("heads"), Size("feed-forward"), (int)positions));
        encoder.Weights.Restore(tensors);
        return encoder;
    }

    private static BertEncoder Folder(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        int Size(string name) => config.RootElement.GetProperty(name).GetInt32();
        var encoder = new BertEncoder(new(Size("vocab_size"), Size("hidden_size"), Size("num_hidden_layers"), Size("num_attention_heads"),
            Size("intermediate_size"), Size("max_position_embeddings")));
        encoder.Weights.Restore(Safetensors.Read(Path.Combine(folder, "model.safetensors")));
        return encoder;
    }

    private static Dictionary<string, string> Used(string file) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file + ".options.json"))!;
}
