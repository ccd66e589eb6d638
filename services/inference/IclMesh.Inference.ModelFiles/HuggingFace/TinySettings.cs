using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Settings of the project's own small decoder.</summary>
internal static class TinySettings
{
    public static ModelConfiguration Read(SettingsReader reader)
    {
        reader.Only("hidden_act", "gelu");
        var hidden = reader.Required("hidden_size", ConfigurationRules.MaximumWidth);
        var heads = reader.Required("num_attention_heads", ConfigurationRules.MaximumWidth);
        return new()
        {
            Family = ModelFamily.IclMeshTiny,
            Names = SettingNames.HuggingFace,
            Layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Math.Max(1, hidden / heads),
            FeedForwardSize = reader.Required("intermediate_size", ConfigurationRules.MaximumWidth),
            VocabularySize = reader.Required("vocab_size", ConfigurationRules.MaximumWidth),
            ContextLength = reader.Required("max_position_embeddings", int.MaxValue),
            NormEpsilon = (float)reader.Number("layer_norm_eps", 1e-5),
            TiedHead = reader.Flag("tie_word_embeddings", false),
            AlibiSlopes = Slopes(reader),
        };
    }

    private static List<float> Slopes(SettingsReader reader)
    {
        var slopes = new List<float>();
        foreach (var layer in reader.List("alibi_slopes"))
        {
            foreach (var slope in layer.ValueKind == JsonValueKind.Array ? layer.EnumerateArray() : [])
            {
                slopes.Add(slope.ValueKind == JsonValueKind.Number ? slope.GetSingle() : float.NaN);
            }
        }

        return slopes;
    }
}
