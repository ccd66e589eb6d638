namespace IclMesh.Kernel.Core.Theory;

/// <summary>The GINC generator (Xie et al., "An Explanation of In-context Learning as Implicit Bayesian Inference", ICLR 2022).</summary>
/// <param name="Seed">Seed.</param>
/// <param name="Entities">Entities; 10.</param>
/// <param name="Properties">Properties; 10, the first of which is the delimiter.</param>
/// <param name="Vocabulary">Tokens including the delimiter; 50, 100 or 150.</param>
/// <param name="Concepts">Concepts of the pre-training family; as many unseen ones are drawn beside them. 5.</param>
/// <param name="Permutations">Random permutations that a property matrix mixes; 100 in the paper, 10 in its code.</param>
/// <param name="Lengths">k: tokens of an example, the output included.</param>
/// <param name="Counts">n: demonstrations, ascending.</param>
/// <param name="Prompts">Prompts per k.</param>
/// <param name="KernelSamples">Inputs that Σ of the kernel predictor is estimated from.</param>
public sealed record GincSettings(
    ulong Seed = 1,
    int Entities = 10,
    int Properties = 10,
    int Vocabulary = 50,
    int Concepts = 5,
    int Permutations = 10,
    int[]? Lengths = null,
    int[]? Counts = null,
    int Prompts = 200,
    int KernelSamples = 600)
{
    /// <summary>k, 3, 5, 8 and 10 unless set.</summary>
    public int[] ExampleLengths => Lengths ?? [3, 5, 8, 10];

    /// <summary>n, 0, 1, 2 … 64 unless set.</summary>
    public int[] DemonstrationCounts => Counts ?? [0, 1, 2, 4, 8, 16, 32, 64];
}
