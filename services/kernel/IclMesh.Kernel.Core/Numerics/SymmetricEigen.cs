namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A = Vᵀ diag(λ) V for symmetric A: <see cref="TridiagonalForm"/>, then <see cref="ImplicitQl"/>.</summary>
public sealed class SymmetricEigen
{
    private SymmetricEigen(double[] values, DenseMatrix vectors)
    {
        Values = values;
        Vectors = vectors;
    }

    /// <summary>Eigenvalues, descending, [N].</summary>
    public double[] Values { get; }

    /// <summary>Eigenvectors as rows in the order of <see cref="Values"/>, [N, N], orthonormal.</summary>
    public DenseMatrix Vectors { get; }

    /// <summary>Decomposes a symmetric matrix.</summary>
    /// <param name="symmetric">A, [N, N]; not changed; only its upper triangle is read.</param>
    /// <param name="cancellationToken">Checked once a step.</param>
    public static SymmetricEigen Decompose(DenseMatrix symmetric, CancellationToken cancellationToken = default)
    {
        var form = TridiagonalForm.Create(symmetric, cancellationToken);
        var values = form.Diagonal;
        var vectors = DenseMatrix.Identity(values.Length);
        ImplicitQl.Diagonalise(values, form.Off, vectors, cancellationToken);
        form.Reflect(vectors, cancellationToken);

        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(order, (x, y) => values[x] == values[y] ? x.CompareTo(y) : values[y].CompareTo(values[x]));
        return new(Array.ConvertAll(order, i => values[i]), vectors.Select(order));
    }
}
