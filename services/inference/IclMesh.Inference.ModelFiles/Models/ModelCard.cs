using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Models;

/// <summary>What a model's <c>iclmesh.json</c> says about how to prompt it and which of its heads act as a kernel.</summary>
/// <param name="PromptFormat">Format that the model was trained on; null where the file states none.</param>
/// <param name="KernelHeads">Heads that were chosen and measured on held-out prompts; null where the file states none.</param>
public sealed record ModelCard(PromptFormat? PromptFormat, KernelHeads? KernelHeads)
{
    /// <summary>Name of the file in a model's folder.</summary>
    public const string FileName = "iclmesh.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the card of a model folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">Sizes, which bound the heads.</param>
    /// <returns>The card, or null where the folder has none.</returns>
    /// <exception cref="MeshException"><see cref="ErrorKind.DataLoss"/> where the file is not what it should be.</exception>
    public static ModelCard? Read(string folder, ModelConfiguration model)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = JsonSerializer.Deserialize<CardFile>(File.ReadAllBytes(path), Options)!;
            return file.KernelHeads?.Heads.FirstOrDefault(
                head => head.Layer < 0 || head.Layer >= model.Layers || head.Head < 0 || head.Head >= model.Heads || head.Weight < 0 || !double.IsFinite(head.Weight)) is { } wrong
                ? throw FileFaults.Corrupt(path, $"kernel_heads: {wrong} is no head of a model with {model.Layers} layers of {model.Heads}, or its weight is negative")
                : new(file.PromptFormat, file.KernelHeads);
        }
        catch (JsonException exception)
        {
            throw new MeshException(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The file: every part of it is optional, but a part that is there must be whole.</summary>
    private sealed record CardFile
    {
        public PromptFormat? PromptFormat { get; init; }

        public KernelHeads? KernelHeads { get; init; }
    }
}

/// <summary>How a prompt is written.</summary>
/// <param name="Instruction">Before everything; may be empty.</param>
/// <param name="Input">A demonstration or query up to its label, with the placeholder <c>{text}</c>.</param>
/// <param name="Label">A label, with the placeholder <c>{label}</c>.</param>
/// <param name="Separator">After each demonstration.</param>
public sealed record PromptFormat(string Instruction, string Input, string Label, string Separator);

/// <summary>Heads whose attention serves as the kernel of a model.</summary>
/// <param name="Heads">The heads and their weights.</param>
/// <param name="Pooling">Pooling that they were chosen with: <c>max</c>, <c>sum</c>, <c>mean</c>, <c>label</c> or <c>tail</c>.</param>
/// <param name="Agreement">Share of held-out prompts on which the kernel gives the model's label.</param>
/// <param name="NullAgreement">The same after permuting the labels among the demonstrations.</param>
/// <param name="Prompts">Number of held-out prompts.</param>
/// <param name="Low">Lower end of the 95 % interval of the agreement.</param>
/// <param name="High">Upper end of the interval.</param>
public sealed record KernelHeads(
    IReadOnlyList<KernelHead> Heads, string Pooling, double Agreement, double NullAgreement, int Prompts, double Low, double High);

/// <summary>One head of a kernel view.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Head">Query head, from 0.</param>
/// <param name="Weight">Weight, 0 or more.</param>
public sealed record KernelHead(int Layer, int Head, double Weight);
