using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Settings of BERT encoders.</summary>
/// <remarks>Source: <c>BertConfig</c> of transformers 5.</remarks>
internal static class BertSettings
{
    public static ModelConfiguration Read(SettingsReader reader)
    {
        reader.Only("hidden_act", "gelu");
        reader.Only("position_embedding_type", "absolute");
        reader.Only("is_decoder", false);
        reader.Only("add_cross_attention", false);

        // Heads of other tasks, which an encoder does not have.
        reader.Ignore(
            "tie_word_embeddings", "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type");
        var hidden = reader.Required("hidden_size", ConfigurationRules.MaximumWidth);
        var heads = reader.Required("num_attention_heads", ConfigurationRules.MaximumWidth);
        return new()
        {
            Family = ModelFamily.Bert,
            Names = SettingNames.HuggingFace,
            Layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Math.Max(1, hidden / heads),
            FeedForwardSize = reader.Required("intermediate_size", ConfigurationRules.MaximumWidth),
            VocabularySize = reader.Required("vocab_size", ConfigurationRules.MaximumWidth),
            ContextLength = reader.Integer("max_position_embeddings", 512, int.MaxValue),
            NormEpsilon = (float)reader.Number("layer_norm_eps", 1e-12),
            TokenTypes = reader.Integer("type_vocab_size", 2, ConfigurationRules.MaximumWidth),
        };
    }
}
