using Google.Protobuf;
using IclMesh.Inference.V1;

namespace IclMesh.Testing.Requests.Seeds;

/// <summary>One or more valid requests for every RPC of the inference service.</summary>
public static class InferenceSeeds
{
    /// <summary>Requests by the name of their RPC.</summary>
    /// <param name="model">Name of a language model.</param>
    /// <param name="encoder">Name of a sentence encoder.</param>
    public static IReadOnlyDictionary<string, IMessage[]> All(string model, string encoder) => new Dictionary<string, IMessage[]>
    {
        ["Score"] =
        [
            new ScoreRequest { Model = model, Segments = { Prompt() }, Choices = { " good", " bad" }, Attention = new() { Poolings = { AttentionPooling.Label, AttentionPooling.Max } }, TokenLogProbabilities = true },
            new ScoreRequest { Model = model, Segments = { Prompt() }, Choices = { " good", " bad" }, MaxPromptTokens = 24, Normalization = ScoreNormalization.Unconditional, UnconditionalContext = "so" },
            new ScoreRequest { Model = model, Segments = { Prompt() }, Choices = { "x: ", "y: " }, Method = ScoreMethod.Channel },
        ],
        ["Embed"] = [new EmbedRequest { Model = encoder, Texts = { "a gripping film", "a dull one" } }],
        ["Tokenize"] = [new TokenizeRequest { Model = model, Text = "a gripping film", AddSpecialTokens = true }, new TokenizeRequest { Model = encoder, Text = "x", RecognizeSpecialTokens = true }],
        ["Detokenize"] = [new DetokenizeRequest { Model = model, TokenIds = { 1, 2, 3 } }],
        ["GetModel"] = [new GetModelRequest { Model = model }, new GetModelRequest { Model = encoder }],
        ["ListModels"] = [new ListModelsRequest { PageSize = 1 }],
        ["LoadModel"] = [new LoadModelRequest { Model = model }],
        ["UnloadModel"] = [new UnloadModelRequest { Model = encoder }],
        ["Capture"] =
        [
            new CaptureRequest { Model = model, Segments = { Prompt() }, Attention = new() { Layers = { 0 }, Heads = { 0 }, Positions = { -1 } }, Hidden = new() { Layers = { 1 } }, Lens = new() { Positions = { -1 } }, LensTop = 2 },
            new CaptureRequest { Model = model, Segments = { Prompt() }, Keys = new(), KeysBeforeRotation = new(), Values = new() { Layers = { 0 } }, MaxPromptTokens = 40 },
        ],
        ["Generate"] =
        [
            new GenerateRequest { Model = model, Text = "a gripping", MaxTokens = 4, Sampling = new() { Temperature = 1, TopK = 4, TopP = 0.9f, MinP = 0.1f, Seed = 3, RepetitionPenalty = 1.1f }, TopLogProbabilities = 2, StopTexts = { "." } },
            new GenerateRequest { Model = model, Text = "so:", Choices = { " yes", " no" } },
            new GenerateRequest { Model = model, Conversation = new() { Messages = { new ChatMessage { Role = "user", Content = "hello" } } }, MaxTokens = 2 },
        ],
    };

    private static Segment[] Prompt() =>
    [
        new() { Kind = SegmentKind.Instruction, Text = "Judge.\n" },
        new() { Kind = SegmentKind.DemonstrationInput, Text = "fine film", DemonstrationId = "1" },
        new() { Kind = SegmentKind.DemonstrationLabel, Text = " good", DemonstrationId = "1" },
        new() { Kind = SegmentKind.Separator, Text = "\n", DemonstrationId = "1" },
        new() { Kind = SegmentKind.Query, Text = "dull film" },
    ];
}
