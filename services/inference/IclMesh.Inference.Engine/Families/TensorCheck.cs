using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Engine.Families;

/// <summary>The one check of a model's tensors against its family, before anything is built from them.</summary>
internal static class TensorCheck
{
    /// <summary>Checks that every tensor of the family is there with its shape and a type that is read, and that no other could change results.</summary>
    /// <exception cref="MeshException">Naming the tensor, and what was expected and what is there.</exception>
    public static void Run(ModelSource source)
    {
        var tensors = source.Tensors;
        var family = new FamilyTensors(source.Configuration, name => tensors.Tensors.ContainsKey(name) || tensors.Unread.ContainsKey(name));
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in family.Expected())
        {
            expected.Add(tensor.Name);
            Check(source, tensor);
        }

        if (source.Configuration.TiedHead && tensors.Tensors.ContainsKey(family.Head))
        {
            RequireEqual(source, family.Head, family.Embedding);
            expected.Add(family.Head);
        }

        if (tensors.Tensors.Keys.Concat(tensors.Unread.Keys).FirstOrDefault(name => !expected.Contains(name) && !family.IsHarmless(name)) is { } unknown)
        {
            throw FileFaults.Unsupported(
                source.Location, $"tensor '{tensors.Spell(unknown)}' is none that {source.Configuration.Family} with these settings reads, and may change results, so it is not ignored");
        }
    }

    private static void Check(ModelSource source, ExpectedTensor expected)
    {
        var spelled = source.Tensors.Spell(expected.Name);
        if (source.Tensors.Unread.TryGetValue(expected.Name, out var type))
        {
            throw FileFaults.Unsupported(source.Location, $"tensor '{spelled}' is stored as {type}, which is not read; F64, F32, F16 and BF16 are");
        }

        if (!source.Tensors.Tensors.TryGetValue(expected.Name, out var info))
        {
            throw FileFaults.Corrupt(source.Location, $"tensor '{spelled}' is missing, {source.Configuration.Family} with these settings needs it ({Describe(expected)})");
        }

        if (!info.Shape.SequenceEqual(expected.Shape.Select(dimension => dimension.Length)))
        {
            throw FileFaults.Corrupt(source.Location, $"tensor '{spelled}' has shape [{string.Join(", ", info.Shape)}], expected was {Describe(expected)}");
        }
    }

    /// <summary>transformers 4 would take the embedding, transformers 5 the head: where they differ, the setting and the file contradict each other.</summary>
    private static void RequireEqual(ModelSource source, string head, string embedding)
    {
        var (a, b) = (source.Tensors.Tensors[head], source.Tensors.Tensors[embedding]);
        if (a.Shape.SequenceEqual(b.Shape))
        {
            float[] left = new float[a.Count], right = new float[b.Count];
            source.Tensors.Read(head, left);
            source.Tensors.Read(embedding, right);
            if (left.AsSpan().SequenceEqual(right))
            {
                return;
            }
        }

        throw FileFaults.Corrupt(
            source.Location,
            $"tie_word_embeddings is true, but tensor '{source.Tensors.Spell(head)}' differs from '{source.Tensors.Spell(embedding)}': the one or the other is wrong");
    }

    private static string Describe(ExpectedTensor tensor) =>
        $"[{string.Join(", ", tensor.Shape.Select(dimension => dimension.Length))}] by {string.Join(", ", tensor.Shape.Select(dimension => dimension.Setting).Distinct())}";
}
