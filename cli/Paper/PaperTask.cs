namespace IclMesh.Cli.Paper;

/// <summary>A task of the paper: folder, label words in the order of its indices, and what the paper printed (version 3, tables 1 and 2).</summary>
/// <param name="Folder">Folder of the task in <c>--data</c>.</param>
/// <param name="Labels">Label words.</param>
/// <param name="Accuracy">Accuracy of GPT-J-6B.</param>
/// <param name="Agreement">Agreement of its best head.</param>
/// <param name="HeadAccuracy">Accuracy of that head.</param>
/// <param name="EncoderAccuracy">Accuracy of kernel regression with all-MiniLM-L6-v2.</param>
internal sealed record PaperTask(string Folder, string Labels, double Accuracy, double Agreement, double HeadAccuracy, double EncoderAccuracy)
{
    /// <summary>The task with changed inputs, labels and orders, in the paper (table 1) and here.</summary>
    public const string CaseStudy = "sst2";

    public static IReadOnlyList<PaperTask> All { get; } =
    [
        new("sst2", "Negative,Positive", 0.805, 0.797, 0.750, 0.503),
        new("mnli", "Yes,Maybe,No", 0.383, 0.597, 0.360, 0.321),
        new("rotten_tomatoes", "Negative,Positive", 0.671, 0.683, 0.527, 0.478),
        new("tweet_eval_hate", "Neutral,Hate", 0.539, 0.713, 0.587, 0.548),
        new("tweet_eval_irony", "Sincere,Irony", 0.519, 0.722, 0.522, 0.491),
        new("tweet_eval_offensive", "Neutral,Offensive", 0.542, 0.753, 0.513, 0.588),
    ];
}
