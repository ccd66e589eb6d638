namespace IclMesh.Inference.Core.Scoring;

/// <summary>How log-probabilities of choices of different lengths are made comparable (as lm-evaluation-harness names them).</summary>
public enum ScoreNormalization
{
    /// <summary>Sum of the tokens' log-probabilities (<c>acc</c>).</summary>
    Sum,

    /// <summary>Sum divided by the number of tokens.</summary>
    Token,

    /// <summary>Sum divided by the number of characters, a leading blank not counted (<c>acc_norm</c>).</summary>
    Character,

    /// <summary>Sum divided by the number of UTF-8 bytes, a leading blank not counted (<c>acc_bytes</c>).</summary>
    Byte,

    /// <summary>Sum minus the sum after a context that says nothing (<c>acc_mutual_info</c>, pointwise mutual information).</summary>
    Unconditional,
}
