using IclMesh.Inference.Messages;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.V1;
using KernelHeads = IclMesh.Inference.V1.KernelHeads;
using PromptFormat = IclMesh.Inference.V1.PromptFormat;

namespace IclMesh.Inference.GetModel;

/// <summary>A model's card as the capability record carries it.</summary>
internal static class CardMapping
{
    public static PromptFormat? ToPromptFormat(ModelCard? card) =>
        card?.PromptFormat is { } format
            ? new() { Instruction = format.Instruction, Input = format.Input, Label = format.Label, Separator = format.Separator }
            : null;

    public static KernelHeads? ToKernelHeads(ModelCard? card) =>
        card?.KernelHeads is { } kernel
            ? new()
            {
                Heads = { kernel.Heads.Select(head => new HeadWeight { Layer = head.Layer, Head = head.Head, Weight = head.Weight }) },
                Pooling = ToPooling(kernel.Pooling),
                Agreement = kernel.Agreement,
                NullAgreement = kernel.NullAgreement,
                Prompts = kernel.Prompts,
                Low = kernel.Low,
                High = kernel.High,
            }
            : null;

    private static AttentionPooling ToPooling(string name) =>
        EnumMaps.ToPooling(name) ?? throw new MeshException(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"{ModelCard.FileName}: unknown pooling '{name}'");
}
