using Xunit;

namespace IclMesh.Testing;

/// <summary>Programs that some tests need. CI must have them: there a missing one fails. Elsewhere its tests are skipped.</summary>
public static class Tools
{
    /// <summary>Skips the test where a program is not on the path.</summary>
    /// <param name="program">Its name.</param>
    public static void Require(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            return;
        }

        var reason = $"{program} is not installed; eng/install-tools.sh does it";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
