namespace IclMesh.Fuzz.Mutants;

/// <summary>Changes of the tensors of a safetensors file.</summary>
internal static class TensorMutants
{
    public static IEnumerable<Mutant> Of(ModelFiles model)
    {
        var editor = SafetensorsEditor.Read(model.Files[ModelFiles.Weights]);

        // Layers are alike: the first stands for all.
        foreach (var tensor in editor.Tensors.Where(tensor => !tensor.Name.Contains(".1.", StringComparison.Ordinal) && !tensor.Name.Contains(".2.", StringComparison.Ordinal)))
        {
            var harmless = tensor.Name.StartsWith("pooler.", StringComparison.Ordinal);
            foreach (var mutant in Changes(model, editor, tensor))
            {
                yield return harmless ? mutant with { Expected = Expectation.Same, Why = "an encoder's last layer does not pass the pooler", Equivalent = null } : mutant;
            }
        }

        foreach (var mutant in Names(model, editor))
        {
            yield return mutant;
        }
    }

    private static IEnumerable<Mutant> Changes(ModelFiles model, SafetensorsEditor editor, (string Name, string Type, long[] Shape, byte[] Data) tensor)
    {
        Mutant Make(string how, Func<(string Name, string Type, long[] Shape, byte[] Data), (string, string, long[], byte[])?> change, Expectation expected = Expectation.Refused) =>
            new($"{tensor.Name} {how}", model.With(ModelFiles.Weights, editor.Change(tensor.Name, change)), expected, "the family needs it as it was") { Named = [tensor.Name] };

        var values = SafetensorsEditor.Floats(tensor.Data);
        yield return Make("removed", _ => null);
        yield return Make("renamed", old => ($"{old.Name}_x", old.Type, old.Shape, old.Data));
        yield return Make("reshaped", old => (old.Name, old.Type, old.Shape.Length == 1 ? [1, .. old.Shape] : [old.Shape.Aggregate((a, b) => a * b)], old.Data));
        yield return Make("with a row less", old => (old.Name, old.Type, [old.Shape[0] - 1, .. old.Shape[1..]], old.Data[..^(old.Data.Length / (int)old.Shape[0])]));
        if (tensor.Shape is [var rows, var columns] && rows != columns)
        {
            yield return Make("transposed", old => (old.Name, old.Type, [columns, rows], old.Data));
        }

        yield return Make("as F8_E4M3", old => (old.Name, "F8_E4M3", old.Shape, new byte[values.Length]));
        yield return Make("as I32", old => (old.Name, "I32", old.Shape, old.Data));
        yield return Make("with a NaN", old => (old.Name, old.Type, old.Shape, SafetensorsEditor.Bytes<float>([float.NaN, .. values[1..]])));
        yield return Make("with an infinity", old => (old.Name, old.Type, old.Shape, SafetensorsEditor.Bytes<float>([.. values[..^1], float.NegativeInfinity])));
        yield return Make("as F64", old => (old.Name, "F64", old.Shape, SafetensorsEditor.Bytes(Array.ConvertAll(values, value => (double)value))), Expectation.Same) with { Why = "the same numbers" };
        var halves = Array.ConvertAll(values, value => (Half)value);
        yield return Make("as F16", old => (old.Name, "F16", old.Shape, SafetensorsEditor.Bytes(halves)), Expectation.Equal) with
        {
            Why = "widened exactly",
            Equivalent = model.With(ModelFiles.Weights, editor.Change(tensor.Name, old => (old.Name, old.Type, old.Shape, SafetensorsEditor.Bytes(Array.ConvertAll(halves, half => (float)half))))),
        };
    }

    private static IEnumerable<Mutant> Names(ModelFiles model, SafetensorsEditor editor)
    {
        Mutant Renamed(string how, Func<string, string> change) => new(
            how,
            model.With(ModelFiles.Weights, editor.Write(editor.Tensors.Select(tensor => ((string, string, long[], byte[])?)(change(tensor.Name), tensor.Type, tensor.Shape, tensor.Data)))),
            Expectation.Same,
            "transformers reads both spellings");
        Mutant Added(string name, string type, long[] shape, byte[] data, Expectation expected) => new(
            $"{name} added", model.With(ModelFiles.Weights, editor.Write([.. editor.Tensors.Select(tensor => ((string, string, long[], byte[])?)tensor), (name, type, shape, data)])), expected, "one more")
        {
            Named = [name],
        };

        var (prefix, constant) = (string)model.Settings()["model_type"]! switch
        {
            "gpt2" or "gptj" => ("transformer.", "transformer.h.0.attn.masked_bias"),
            "gpt_neox" => ("gpt_neox.", "gpt_neox.layers.0.attention.rotary_emb.inv_freq"),
            "bert" => ("bert.", "embeddings.position_ids"),
            _ => ("model.", "model.layers.0.self_attn.rotary_emb.inv_freq"),
        };
        var prefixed = editor.Tensors.Any(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
        yield return prefixed
            ? Renamed($"names without {prefix}", name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name)
            : Renamed($"names with {prefix}", name => prefix + name);
        yield return Renamed("LayerNorm.gamma and .beta", name => name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal));
        yield return Added(constant, "I64", [1], new byte[8], Expectation.Same);
        yield return Added($"{(prefixed ? prefix : "")}extra.weight", "F32", [1], new byte[4], Expectation.Refused);
        yield return Added($"{(prefixed ? prefix : "")}layers.0.self_attn.o_proj.bias", "F32", [4], new byte[16], Expectation.Refused);
        yield return Added("score.weight", "F32", [2, 2], new byte[16], Expectation.Refused);
        yield return Added($"{(prefixed ? prefix : "")}layers.0.mlp.up_proj.qweight", "I32", [2, 2], new byte[16], Expectation.Refused);
    }
}
