namespace IclMesh.Fuzz.Mutants;

/// <summary>Files taken away, cut, spoiled or added.</summary>
internal static class FileMutants
{
    private const string Modules = """
        [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}OTHER]
        """;

    public static IEnumerable<Mutant> Of(ModelFiles model)
    {
        foreach (var file in model.Files.Keys)
        {
            yield return Refused($"{file} removed", model.With(file, (byte[]?)null), file.StartsWith("model-", StringComparison.Ordinal) ? [file] : [file, "model.safetensors"]);
            yield return Refused($"{file} cut in half", model.With(file, model.Files[file][..(model.Files[file].Length / 2)]), [file]);
            yield return Refused($"{file} empty", model.With(file, Array.Empty<byte>()), [file]);
        }

        yield return Refused("adapter_config.json added", model.With("adapter_config.json", "{}"), ["adapter_config.json"]);
        yield return Same("generation_config.json added", model.With("generation_config.json", """{"eos_token_id":[3,5],"temperature":0.6}"""), "scores do not depend on it");
        yield return Refused("generation_config.json with a wrong end token", model.With("generation_config.json", """{"eos_token_id":["x"]}"""), model.Name == "tiny-bert" ? ["eos_token_id"] : ["eos_token_id"]);
        if (model.Name != "tiny-bert")
        {
            yield break;
        }

        ModelFiles Sentence(string pooling, string other = "") =>
            model.With("modules.json", Modules.Replace("OTHER", other, StringComparison.Ordinal)).With("1_Pooling/config.json", pooling);
        yield return Same("pooling said to be mean", Sentence("""{"word_embedding_dimension":96,"pooling_mode_mean_tokens":true}"""), "it is the default");
        yield return Same("pooling not said", Sentence("""{"word_embedding_dimension":96}"""), "the mean is the default");
        yield return Refused("two poolings", Sentence("""{"pooling_mode_cls_token":true}"""), ["pooling_mode_cls_token"]);
        yield return Refused("no pooling", Sentence("""{"pooling_mode_mean_tokens":false}"""), ["pooling_mode_mean_tokens"]);
        yield return Refused("pooling of another width", Sentence("""{"word_embedding_dimension":95}"""), ["word_embedding_dimension"]);
        yield return Refused("unknown pooling", Sentence("""{"pooling_mode_attention":true}"""), ["pooling_mode_attention"]);
        yield return Refused("pooling of another type", Sentence("""{"pooling_mode_mean_tokens":"yes"}"""), ["pooling_mode_mean_tokens"]);
        yield return Refused("Dense after pooling", Sentence("{}", """,{"path":"2_Dense","type":"sentence_transformers.models.Dense"}"""), ["Dense"]);
        yield return Refused("no Pooling in modules.json", model.With("modules.json", """[{"path":"","type":"sentence_transformers.models.Transformer"}]"""), ["Pooling"]);
        yield return Refused("1_Pooling missing", model.With("modules.json", Modules.Replace("OTHER", "", StringComparison.Ordinal)), ["1_Pooling"]);
        yield return Refused("max_seq_length 0", model.With("sentence_bert_config.json", """{"max_seq_length":0}"""), ["max_seq_length"]);
        yield return Refused("max_seq_length a text", model.With("sentence_bert_config.json", """{"max_seq_length":"256"}"""), ["max_seq_length"]);
        yield return Refused("do_lower_case a number", model.With("sentence_bert_config.json", """{"do_lower_case":1}"""), ["do_lower_case"]);
        yield return Refused("sentence_bert_config with a new setting", model.With("sentence_bert_config.json", """{"max_seq_length":128,"mask_prompt":true}"""), ["mask_prompt"]);
        yield return Same("max_seq_length 128", model.With("sentence_bert_config.json", """{"max_seq_length":128,"do_lower_case":false}"""), "no text is longer");
        yield return Refused("default prompt that is none", model.With("config_sentence_transformers.json", """{"prompts":{"query":"q: "},"default_prompt_name":"passage"}"""), ["default_prompt_name"]);
        yield return Refused("prompt that is no text", model.With("config_sentence_transformers.json", """{"prompts":{"query":1}}"""), ["prompts.query"]);
        yield return Same("prompts without a default", model.With("config_sentence_transformers.json", """{"prompts":{"query":"q: "},"default_prompt_name":null,"similarity_fn_name":"cosine"}"""), "no prompt is asked for");
        yield return Same("model_max_length large", model.With("tokenizer_config.json", """{"model_max_length":1000000000000000019884624838656}"""), "it stands for no limit");
        yield return Refused("model_max_length 1", model.With("tokenizer_config.json", """{"model_max_length":1}"""), ["model_max_length"]);
    }

    private static Mutant Refused(string name, ModelFiles files, string[] named) => new(name, files, Expectation.Refused, "not what it should be") { Named = named };

    private static Mutant Same(string name, ModelFiles files, string why) => new(name, files, Expectation.Same, why);
}
