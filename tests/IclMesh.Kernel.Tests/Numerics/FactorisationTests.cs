namespace IclMesh.Kernel.Tests.Numerics;

public sealed class FactorisationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(300)]
    public void Decompose_SymmetricMatrix_RebuildsIt(int size)
    {
        var root = Draw.Normal(size, size, 5);
        var symmetric = PlainProduct.MultiplyTransposed(root, root);

        var eigen = SymmetricEigen.Decompose(symmetric, TestContext.Current.CancellationToken);

        var scaled = new DenseMatrix(size, size);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                scaled[j, i] = eigen.Values[i] * eigen.Vectors[i, j];
            }
        }

        var rebuilt = PlainProduct.MultiplyTransposed(scaled, eigen.Vectors.Transpose());
        var orthonormal = PlainProduct.MultiplyTransposed(eigen.Vectors, eigen.Vectors);
        Near.Equal(symmetric.Values, rebuilt.Values, relative: 0, absolute: 1e-12 * size * eigen.Values[0]);
        for (var i = 0; i < size; i++)
        {
            orthonormal[i, i] -= 1;
        }

        Assert.All(orthonormal.Values, value => Assert.InRange(value, -1e-12, 1e-12));
        Assert.True(eigen.Values.SequenceEqual(eigen.Values.OrderDescending()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(95)]
    [InlineData(97)]
    [InlineData(250)]
    public void Create_PositiveDefiniteMatrix_SolvesAndInverts(int size)
    {
        var root = Draw.Normal(size, size + 5, 6);
        var matrix = PlainProduct.MultiplyTransposed(root, root);
        var truth = Draw.Normal(size, 3, 7);
        var right = PlainProduct.MultiplyTransposed(matrix, truth.Transpose());

        var factor = CholeskyFactor.Create(matrix, TestContext.Current.CancellationToken);

        var condition = factor.ConditionNumber();
        Assert.Equal(0, factor.Jitter);
        Near.Equal(truth.Values, factor.Solve(right).Values, relative: 0, absolute: 1e-15 * size * condition);
        var identity = PlainProduct.MultiplyTransposed(factor.Inverse(TestContext.Current.CancellationToken), matrix);
        for (var i = 0; i < size; i++)
        {
            identity[i, i] -= 1;
        }

        Assert.All(identity.Values, value => Assert.InRange(value, -1e-14 * size * condition, 1e-14 * size * condition));
    }

    [Fact]
    public void Create_RankDeficientMatrix_SaysWhatJitterItTook()
    {
        var root = Draw.Normal(30, 4, 8);

        var factor = CholeskyFactor.Create(PlainProduct.MultiplyTransposed(root, root), TestContext.Current.CancellationToken);

        Assert.True(factor.Jitter > 0);
    }

    [Fact]
    public void Create_IndefiniteMatrix_IsRefused()
    {
        var matrix = new DenseMatrix([1, 2, 2, 1], 2, 2);

        var error = Assert.Throws<MeshException>(() => CholeskyFactor.Create(matrix, TestContext.Current.CancellationToken));

        Assert.Equal("ridge", Assert.Single(error.Violations).Field);
    }

    [Fact]
    public void Solve_NonNegativeLeastSquares_SatisfiesTheOptimalityConditions()
    {
        var x = Draw.Normal(50, 12, 9);
        var y = Draw.Normal(50, 1, 10);
        var columns = x.Transpose();
        var gram = PlainProduct.MultiplyTransposed(columns, columns);
        var moments = PlainProduct.MultiplyTransposed(columns, y.Transpose()).Values;

        var weights = NonNegativeLeastSquares.Solve(gram, moments, ridge: 10, TestContext.Current.CancellationToken);

        for (var p = 0; p < weights.Length; p++)
        {
            var gradient = moments[p] - (10 * weights[p]);
            for (var k = 0; k < weights.Length; k++)
            {
                gradient -= gram[p, k] * weights[k];
            }

            // Kuhn and Tucker: no slope where a weight is free, no gain from raising one that is 0.
            Assert.True(weights[p] > 0 ? Math.Abs(gradient) < 1e-9 : gradient <= 1e-9, $"weight {p} is {weights[p]}, slope {gradient}");
        }
    }
}
