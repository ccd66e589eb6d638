using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;
using SelectionStrategy = IclMesh.Retrieval.V1.SelectionStrategy;

namespace IclMesh.Gateway.Tests.Fuzz;

/// <summary>One or more valid requests for every RPC of the gateway; streams hold their messages in order.</summary>
internal static class GatewaySeeds
{
    public static IReadOnlyDictionary<string, IMessage[]> All { get; } = new Dictionary<string, IMessage[]>
    {
        ["Predict"] = [GatewayFixture.Request(), Rich(), new PredictRequest { Task = "reviews", Input = "gripping" }],
        ["PredictBatch"] = [new PredictBatchRequest { Shared = WithoutInput(GatewayFixture.Request()), Inputs = { "gripping", "dull" } }, new PredictBatchRequest { Shared = WithoutInput(Rich()), Inputs = { "fine" } }],
        ["PredictStream"] = [new PredictStreamRequest { RequestId = "1", Request = GatewayFixture.Request() }, new PredictStreamRequest { RequestId = "2", Request = Rich() }],
        ["MeasureInfluence"] = [new MeasureInfluenceRequest { Request = GatewayFixture.Request() }],
        ["BuildPrompt"] = [new BuildPromptRequest { Collection = "reviews", Input = "gripping", Encoder = "encoder", Tokenizer = "lm", Labels = { GatewayFixture.Request().Labels }, Selection = new() { K = 2 }, MaxPromptTokens = 30 }, new BuildPromptRequest { Task = "reviews", Input = "gripping", Form = PromptForm.Chat, TokensPerMessage = 3 }],
        ["GetPrediction"] = [new GetPredictionRequest { Id = "missing" }],
        ["ListPredictions"] = [new ListPredictionsRequest { PageSize = 2, Task = "reviews" }],
        ["ReplayPrediction"] = [new ReplayPredictionRequest { Id = "missing" }],
        ["ImportDemonstrations"] = [new ImportDemonstrationsRequest { Collection = "reviews", Encoder = "encoder", Demonstrations = { new NewDemonstration { Text = "a", Label = "1", Metadata = new() { Fields = { ["year"] = Value.ForNumber(1999) } } }, new NewDemonstration { Id = "x", Text = "b", Label = "0", Split = "train" } }, Attributes = { ["licence"] = "none" } }],
        ["GetCollection"] = [new GetCollectionRequest { Name = "reviews" }],
        ["GetModel"] = [new GetModelRequest { Model = "lm" }],
        ["ListModels"] = [new ListModelsRequest { PageSize = 3 }],
        ["CreateTask"] = [new CreateTaskRequest { Task = GatewayFixture.Reviews("another") }],
        ["GetTask"] = [new GetTaskRequest { Name = "reviews" }],
        ["ListTasks"] = [new ListTasksRequest { PageSize = 2 }],
        ["UpdateTask"] = [new UpdateTaskRequest { Task = Versioned(GatewayFixture.Reviews()) }],
        ["DeleteTask"] = [new DeleteTaskRequest { Name = "another" }],
        ["ValidateTask"] = [new ValidateTaskRequest { Task = GatewayFixture.Reviews() }],
    };

    private static PredictRequest Rich()
    {
        var request = GatewayFixture.Request();
        request.Template = new() { Instruction = "Judge.", Input = "{text}:", Label = " {label}", Separator = "\n" };
        request.Selection.LeakGuard = new() { ExcludedIds = { "z" }, NearDuplicateCosine = 0.99 };
        request.Selection.Strategy = SelectionStrategy.Random;
        request.Explanation = ExplanationLevel.Heads;
        request.MaxPromptTokens = 512;
        request.HeadProfile = new() { Name = "p", Heads = { new Kernel.V1.HeadWeight { Head = 1, Weight = 1 } }, ClassBiases = { 0.1, 0.2 }, Faithfulness = new() { Agreement = 0.8, Low = 0.7, High = 0.9, Prompts = 5 } };
        request.Calibration = CalibrationMethod.Contextual;
        request.ContentFreeInputs.Add("N/A");
        request.Combination = new() { Method = CombinationMethod.Pool, Neighbours = 3, Weight = 0.4, Threshold = 0.9, MinimumProbability = 0.1 };
        request.Keep = true;
        return request;
    }

    private static PredictionTask Versioned(PredictionTask task)
    {
        task.Version = 1;
        return task;
    }

    private static PredictRequest WithoutInput(PredictRequest request)
    {
        request.Input = "";
        return request;
    }
}
