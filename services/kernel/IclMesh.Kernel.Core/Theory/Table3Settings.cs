namespace IclMesh.Kernel.Core.Theory;

/// <summary>The experiment of table 3; defaults are the reference setting that lands on the paper's plateau.</summary>
/// <param name="Seed">Seed.</param>
/// <param name="Models">Hidden Markov models.</param>
/// <param name="Prompts">Prompts per model.</param>
/// <param name="States">S.</param>
/// <param name="Observations">O.</param>
/// <param name="Tasks">Start states.</param>
/// <param name="Temperature">Temperature of the rows of T and B.</param>
/// <param name="Length">Observations of an example, its output included.</param>
/// <param name="Samples">Inputs that Σ is estimated from.</param>
/// <param name="TaskSwitch">Probability that a delimiter changes the task.</param>
/// <param name="Counts">Numbers of demonstrations, ascending.</param>
/// <param name="Kernel">Choices that theorem 1 leaves open.</param>
public sealed record Table3Settings(
    ulong Seed,
    int Models,
    int Prompts,
    int States,
    int Observations,
    int Tasks,
    double Temperature,
    int Length,
    int Samples,
    double TaskSwitch,
    int[] Counts,
    OperatorKernelOptions Kernel)
{
    /// <summary>The reference setting.</summary>
    /// <param name="seed">Seed.</param>
    public static Table3Settings Reference(ulong seed) =>
        new(seed, Models: 8, Prompts: 40, States: 80, Observations: 100, Tasks: 8, Temperature: 0.05, Length: 5, Samples: 1200, TaskSwitch: 0,
            Counts: [1, 2, 4, 8, 16, 32, 64, 128], new());
}
