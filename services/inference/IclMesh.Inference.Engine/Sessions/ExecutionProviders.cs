using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Which hardware this build can use, and how a session asks for it.</summary>
public static class ExecutionProviders
{
    /// <summary>Providers of this build by the names that configuration uses, the CPU always among them.</summary>
    public static IReadOnlyList<string> Available() =>
        [.. OrtEnv.Instance().GetAvailableProviders().Select(name => name.Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant())];

    /// <summary>Chooses the provider, once, at start.</summary>
    /// <param name="wanted">Configured provider.</param>
    /// <param name="fallBack">Use the CPU where the wanted one is missing.</param>
    /// <param name="available">What this build has, from <see cref="Available"/>.</param>
    /// <returns>The provider to use.</returns>
    /// <exception cref="MeshException">The provider is missing and falling back is not allowed.</exception>
    public static string Choose(string wanted, bool fallBack, IReadOnlyList<string> available)
    {
        if (available.Contains(wanted, StringComparer.Ordinal))
        {
            return wanted;
        }

        return fallBack
            ? "cpu"
            : throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.CapabilityMissing,
                $"execution provider '{wanted}' is not part of this build; it has {string.Join(", ", available)}");
    }

    /// <summary>Asks a session to use the provider.</summary>
    internal static void Append(SessionOptions options, string provider)
    {
        if (provider == "cpu")
        {
            return;
        }

        try
        {
            options.AppendExecutionProvider_CUDA();
        }
        catch (Exception exception) when (exception
            is EntryPointNotFoundException or DllNotFoundException or NotSupportedException or OnnxRuntimeException)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.CapabilityMissing,
                $"execution provider '{provider}' cannot be loaded: {exception.Message}",
                exception);
        }
    }
}
