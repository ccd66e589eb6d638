using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>The real models that these tests run.</summary>
internal static class Models
{
    public const string Language = "SmolLM2-135M-Instruct";
    public const string Encoder = "all-MiniLM-L6-v2";

    /// <summary>Folder of both; skips the test where there is none.</summary>
    public static string Folder() => SharedFolder.Require("models");
}
