namespace IclMesh.Kernel.Tests;

/// <summary>Asserts on numbers.</summary>
internal static class Near
{
    /// <summary>Every element within an absolute plus a relative tolerance.</summary>
    public static void Equal(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double relative, double absolute = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var allowed = absolute + (relative * Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"element {i}: expected {expected[i]:r}, is {actual[i]:r}, allowed {allowed:g3}");
        }
    }
}
