namespace IclMesh.Inference.Engine.Graphs;

/// <summary>Names of graph inputs and outputs, shared by the builder and the session.</summary>
internal static class GraphNames
{
    public const string Tokens = "input_ids";
    public const string TokenTypes = "token_type_ids";
    public const string Positions = "position_ids";
    public const string LastIndex = "seqlens_k";
    public const string Total = "total_sequence_length";
    public const string Bias = "attention_bias";
    public const string Distance = "alibi_distance";
    public const string LogitRows = "logit_rows";
    public const string HiddenRows = "hidden_rows";
    public const string AttentionRows = "attn_rows";
    public const string AttentionPositions = "attn_pos";
    public const string AttentionRowBias = "attn_bias_rows";
    public const string AttentionRowDistance = "alibi_distance_rows";
    public const string Logits = "logits";
    public const string LastHidden = "last_hidden";

    public static string PastKey(int layer) => $"past_key.{layer}";

    public static string PastValue(int layer) => $"past_value.{layer}";

    public static string PresentKey(int layer) => $"present_key.{layer}";

    public static string PresentValue(int layer) => $"present_value.{layer}";

    public static string Attention(int layer) => $"attn.{layer}";

    public static string Hidden(int layer) => $"hidden.{layer}";
}
