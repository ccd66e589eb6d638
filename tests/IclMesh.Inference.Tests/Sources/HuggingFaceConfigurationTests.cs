using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.HuggingFace;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public class HuggingFaceConfigurationTests
{
    private const string Llama =
        """{"model_type":"llama","hidden_size":64,"intermediate_size":96,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"max_position_embeddings":512,"vocab_size":500""";

    [Fact]
    public void Read_OlderAndNewerRotarySpelling_AreEqual()
    {
        var older = Read(Llama + """
            ,"rope_theta":500000.0,"torch_dtype":"bfloat16","rope_scaling":{"factor":8.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":64,"rope_type":"llama3"} }
            """);
        var newer = Read(Llama + """
            ,"dtype":"bfloat16","rope_parameters":{"rope_theta":500000.0,"factor":8.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":64,"rope_type":"llama3"} }
            """);

        Assert.Equal(new RotaryScaling("llama3", 8, 1, 4, 64), older.Rotary!.Scaling);
        Assert.Equal((500000.0, 16), (older.Rotary.Base, older.Rotary.Dimensions));
        Assert.Equal(older.Rotary with { FrequencyDivisors = [] }, newer.Rotary! with { FrequencyDivisors = older.Rotary.FrequencyDivisors });
    }

    [Theory]
    [InlineData(""" ,"rotary_pct":0.25,"rotary_emb_base":10000} """)]
    [InlineData(""" ,"rope_parameters":{"partial_rotary_factor":0.25,"rope_theta":10000.0,"rope_type":"default"} } """)]
    public void Read_GptNeoX_RotatesAQuarterOfTheHead(string rotary)
    {
        var model = Read("""{"model_type":"gpt_neox","hidden_size":64,"intermediate_size":128,"num_hidden_layers":2,"num_attention_heads":4,"max_position_embeddings":256,"vocab_size":512""" + rotary);

        Assert.Equal((10000.0, 4, false), (model.Rotary!.Base, model.Rotary.Dimensions, model.Rotary.Interleaved));
        Assert.True(model.ParallelResidual);
    }

    [Fact]
    public void Read_GptJ6B_InterleavesAndHasFourTimesTheWidth()
    {
        var model = Read("""{"model_type":"gptj","n_embd":4096,"n_layer":28,"n_head":16,"n_inner":null,"n_positions":2048,"rotary_dim":64,"vocab_size":50400,"tie_word_embeddings":false}""");

        Assert.Equal((64, true), (model.Rotary!.Dimensions, model.Rotary.Interleaved));
        Assert.Equal((256, 16384, false), (model.HeadSize, model.FeedForwardSize, model.TiedHead));
    }

    [Fact]
    public void Read_MistralWithWindow_BoundsTheContextByIt()
    {
        var model = Read(Llama.Replace("llama", "mistral", StringComparison.Ordinal) + ""","sliding_window":128}""");

        Assert.Equal((ModelFamily.Llama, 128), (model.Family, model.ContextLength));
    }

    [Fact]
    public void Read_TinyModelWithSlopes_FlattensThemByLayer()
    {
        var model = Read("""{"model_type":"iclmesh_tiny","hidden_size":8,"intermediate_size":16,"num_hidden_layers":2,"num_attention_heads":2,"max_position_embeddings":64,"vocab_size":10,"alibi_slopes":[[0.5,0.25],[0,1]]}""");

        Assert.Equal([0.5f, 0.25f, 0, 1], model.AlibiSlopes);
        Assert.Null(model.Rotary);
    }

    [Theory]
    [InlineData("{}", "model_type is missing", ErrorKind.DataLoss)]
    [InlineData("""{"model_type":"mamba"}""", "'mamba' is not supported", ErrorKind.Unimplemented)]
    [InlineData("""{"model_type":"llama"}""", "num_hidden_layers is missing", ErrorKind.DataLoss)]
    [InlineData(Llama + ""","hidden_act":"relu"}""", "hidden_act 'relu' is not supported", ErrorKind.Unimplemented)]
    [InlineData(Llama + ""","attention_bias":true}""", "attention_bias = True is not supported", ErrorKind.Unimplemented)]
    [InlineData(Llama + ""","rope_scaling":{"type":"yarn","factor":4} }""", "rotary scaling 'yarn' (rope_scaling.rope_type) is not supported", ErrorKind.Unimplemented)]
    [InlineData(Llama + ""","rope_theta":0}""", "rotary base (rope_theta) must be greater than 0, is 0", ErrorKind.DataLoss)]
    [InlineData(Llama + ""","head_dim":7}""", "must be even, is 7", ErrorKind.DataLoss)]
    [InlineData(Llama + ""","head_dim":"x"}""", "head_dim must be a whole number", ErrorKind.DataLoss)]
    [InlineData("""{"model_type":"gpt2","n_embd":10,"n_head":3,"n_layer":1,"n_positions":4,"vocab_size":5}""", "n_head (3) does not divide n_embd (10)", ErrorKind.DataLoss)]
    public void Read_WrongSetting_NamesIt(string json, string message, ErrorKind kind)
    {
        var error = Assert.Throws<MeshException>(() => Read(json));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hidden_size", "-64", "hidden_size must be between 1 and 16777216, is -64")]
    [InlineData("num_hidden_layers", "2000000000", "num_hidden_layers must be between 1 and 4096, is 2000000000")]
    [InlineData("num_key_value_heads", "3", "num_key_value_heads (3) does not divide num_attention_heads (4)")]
    [InlineData("num_attention_heads", "0", "num_attention_heads must be between")]
    public void Read_NumberOutOfRange_NamesLimitAndActual(string field, string value, string message)
    {
        var json = System.Text.RegularExpressions.Regex.Replace(Llama, $"\"{field}\":\\d+", $"\"{field}\":{value}") + "}";

        var error = Assert.Throws<MeshException>(() => Read(json));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static ModelConfiguration Read(string json)
    {
        using var folder = new TemporaryFolder();
        return HuggingFaceConfiguration.Read(folder.Write("config.json", json));
    }
}
