using IclMesh.Train.Data;
using IclMesh.Train.Training;

namespace IclMesh.Train.Episodes;

/// <summary>New texts of a task, the beginning of one train row and the end of another, under the class that the task's linear classifier gives them.</summary>
/// <remarks>There is no end of such texts, so what names them must be learned: the few thousand rows themselves are known by heart after a few million tokens.</remarks>
internal sealed class Recombination
{
    private const float LeastProbability = 0.6f;
    private readonly Corpus corpus;
    private readonly Dictionary<string, PairClassifier> classifiers;

    /// <param name="corpus">Tasks; the classifiers see train rows only.</param>
    /// <param name="seed">Of the classifiers' order of rows.</param>
    /// <param name="log">Receives the classifiers' accuracy on development rows.</param>
    public Recombination(Corpus corpus, int seed, Action<string> log)
    {
        this.corpus = corpus;
        classifiers = corpus.Trained.ToDictionary(t => t.Name, t => new PairClassifier(t, seed));
        log("linear classifiers on development rows: " + string.Join("  ", corpus.Trained.Select(t => $"{t.Name} {classifiers[t.Name].Accuracy(t.Development):F3}")));
    }

    /// <summary>Draws a text.</summary>
    /// <param name="task">The task.</param>
    /// <param name="beginning">Pieces of the row that it begins with.</param>
    /// <param name="random">Chooses the other row and both cuts.</param>
    /// <returns>The pieces and the class within the task; null where no class is probable enough.</returns>
    public (int[] Pieces, int Class)? Draw(TaskRows task, int[] beginning, Random random)
    {
        var end = task.Train[random.Next(task.Train.Length)].Pieces;
        int[] pieces = [.. beginning[..random.Next(beginning.Length + 1)], .. end[random.Next(end.Length + 1)..]];
        if (pieces.Length == 0)
            return null;
        var probabilities = classifiers[task.Name].Probabilities(pieces);
        var most = probabilities.Max();
        return most >= LeastProbability ? (pieces, Array.IndexOf(probabilities, most)) : null;
    }

    /// <summary>Draws a text of the task: a recombined one with a probability, else a train row.</summary>
    public (int[] Pieces, int Class) Text(TaskRows task, double recombined, Random random)
    {
        var row = task.Train[random.Next(task.Train.Length)];
        return random.NextDouble() < recombined && Draw(task, row.Pieces, random) is { } drawn ? drawn : (row.Pieces, row.Label);
    }

    /// <summary>Draws a text of the task that a class among those of all tasks belongs to.</summary>
    public (int[] Pieces, int Class)? Draw(int trueClass, int[] beginning, Random random)
    {
        var task = corpus.Trained.Last(t => t.FirstClass <= trueClass);
        return Draw(task, beginning, random) is { } drawn ? (drawn.Pieces, task.FirstClass + drawn.Class) : null;
    }
}
