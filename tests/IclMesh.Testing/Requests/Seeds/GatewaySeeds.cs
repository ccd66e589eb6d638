using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;
using IclMesh.Kernel.V1;
using SelectionStrategy = IclMesh.Retrieval.V1.SelectionStrategy;

namespace IclMesh.Testing.Requests.Seeds;

/// <summary>One or more valid requests for every RPC of the gateway; streams hold their messages in order.</summary>
public static class GatewaySeeds
{
    /// <summary>Requests by the name of their RPC. They name the collection <c>reviews</c>, the task <c>reviews</c> and the models <c>lm</c> and <c>encoder</c>.</summary>
    public static IReadOnlyDictionary<string, IMessage[]> All { get; } = new Dictionary<string, IMessage[]>
    {
        ["Predict"] = [Request(), Rich(), new PredictRequest { Task = "reviews", Input = "gripping" }],
        ["PredictBatch"] = [new PredictBatchRequest { Shared = WithoutInput(Request()), Inputs = { "gripping", "dull" } }, new PredictBatchRequest { Shared = WithoutInput(Rich()), Inputs = { "fine" } }],
        ["PredictStream"] = [new PredictStreamRequest { RequestId = "1", Request = Request() }, new PredictStreamRequest { RequestId = "2", Request = Rich() }],
        ["MeasureInfluence"] = [new MeasureInfluenceRequest { Request = Request() }],
        ["BuildPrompt"] = [new BuildPromptRequest { Collection = "reviews", Input = "gripping", Encoder = "encoder", Tokenizer = "lm", Labels = { Request().Labels }, Selection = new() { K = 2 }, MaxPromptTokens = 30 }, new BuildPromptRequest { Task = "reviews", Input = "gripping", Form = PromptForm.Chat, TokensPerMessage = 3 }],
        ["GetPrediction"] = [new GetPredictionRequest { Id = "missing" }],
        ["ListPredictions"] = [new ListPredictionsRequest { PageSize = 2, Task = "reviews" }],
        ["ReplayPrediction"] = [new ReplayPredictionRequest { Id = "missing" }],
        ["ImportDemonstrations"] = [new ImportDemonstrationsRequest { Collection = "reviews", Encoder = "encoder", Demonstrations = { new NewDemonstration { Text = "a", Label = "1", Metadata = new() { Fields = { ["year"] = Value.ForNumber(1999) } } }, new NewDemonstration { Id = "x", Text = "b", Label = "0", Split = "train" } }, Attributes = { ["licence"] = "none" } }],
        ["GetCollection"] = [new GetCollectionRequest { Name = "reviews" }],
        ["GetModel"] = [new GetModelRequest { Model = "lm" }],
        ["ListModels"] = [new ListModelsRequest { PageSize = 3 }],
        ["CreateTask"] = [new CreateTaskRequest { Task = Reviews("another") }],
        ["GetTask"] = [new GetTaskRequest { Name = "reviews" }],
        ["ListTasks"] = [new ListTasksRequest { PageSize = 2 }],
        ["UpdateTask"] = [new UpdateTaskRequest { Task = Versioned(Reviews()) }],
        ["DeleteTask"] = [new DeleteTaskRequest { Name = "another" }],
        ["StartJob"] = [new StartJobRequest { Id = "one", Spec = Job() }],
        ["GetJob"] = [new GetJobRequest { Id = "one" }],
        ["ListJobs"] = [new ListJobsRequest { PageSize = 2 }],
        ["WatchJob"] = [new WatchJobRequest { Id = "one" }],
        ["CancelJob"] = [new CancelJobRequest { Id = "one" }],
        ["ResumeJob"] = [new ResumeJobRequest { Id = "one" }],
        ["DeleteJob"] = [new DeleteJobRequest { Id = "one" }],
        ["GetJobResult"] = [new GetJobResultRequest { Id = "one" }],
        ["ExportTrace"] = [new ExportTraceRequest { Id = "one" }],
        ["ValidateTask"] = [new ValidateTaskRequest { Task = Reviews() }],
    };

    /// <summary>A plain prediction.</summary>
    /// <param name="k">Demonstrations.</param>
    public static PredictRequest Request(int k = 2) => new()
    {
        Collection = "reviews",
        Input = "gripping",
        Labels = { new Label { Name = "Negative", StoredValues = { "0" } }, new Label { Name = "Positive", StoredValues = { "1" } } },
        Model = "lm",
        Encoder = "encoder",
        Selection = new() { K = k },
    };

    /// <summary>A task that asks what <see cref="Request"/> asks.</summary>
    /// <param name="name">Its name.</param>
    public static PredictionTask Reviews(string name = "reviews")
    {
        var request = Request();
        return new()
        {
            Name = name,
            Collection = request.Collection,
            Labels = { request.Labels },
            Model = request.Model,
            Encoder = request.Encoder,
            Selection = request.Selection,
        };
    }

    private static JobSpec Job()
    {
        var request = Request();
        return new()
        {
            Study = new()
            {
                Model = request.Model,
                Encoder = request.Encoder,
                Collection = request.Collection,
                Labels = { request.Labels },
                Rows =
                {
                    new StudyRow { Text = "gripping", Label = "Positive" },
                    new StudyRow { Text = "dull", Label = "Negative", Rewritings = { ["mine"] = "somewhat dull" } },
                    new StudyRow { Text = "fine", Label = "Positive" },
                    new StudyRow { Text = "flat", Label = "Negative" },
                },
                K = 2,
                Seed = 1,
            },
            Practice = new() { DemonstrationCounts = { 1 }, LabelNoise = { 0.5 }, Orders = 1 },
        };
    }

    private static PredictRequest Rich()
    {
        var request = Request();
        request.Template = new() { Instruction = "Judge.", Input = "{text}:", Label = " {label}", Separator = "\n" };
        request.Selection.LeakGuard = new() { ExcludedIds = { "z" }, NearDuplicateCosine = 0.99 };
        request.Selection.Strategy = SelectionStrategy.Random;
        request.Explanation = ExplanationLevel.Heads;
        request.MaxPromptTokens = 512;
        request.HeadProfile = new() { Name = "p", Heads = { new HeadWeight { Head = 1, Weight = 1 } }, ClassBiases = { 0.1, 0.2 }, Faithfulness = new() { Agreement = 0.8, Low = 0.7, High = 0.9, Prompts = 5 } };
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
