using System.Globalization;
using System.Text.RegularExpressions;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Verification;

/// <summary>Reads case names such as <c>rbf(gamma=0.3);ridge=0.01</c>.</summary>
internal static partial class ExpectedNames
{
    /// <summary>Kernel of a name such as <c>polynomial(degree=3,gamma=0.2,coef0=1)</c>.</summary>
    /// <exception cref="MeshException">The name says nothing that this service knows.</exception>
    public static V1.Kernel ParseKernel(string name)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        var parameters = open < 0 ? [] : ParseParameters(name[(open + 1)..name.LastIndexOf(')')], ',');
        var kernel = new V1.Kernel();
        var isMatern52 = parameters.GetValueOrDefault("nu", "") == "2.5";
        kernel.Function = (open < 0 ? name : name[..open]) switch
        {
            "rbf" or "gaussian" => KernelFunction.Rbf,
            "laplacian" => KernelFunction.Laplacian,
            "epanechnikov" => KernelFunction.Epanechnikov,
            "cosine" => KernelFunction.Cosine,
            "linear" => KernelFunction.Linear,
            "polynomial" => KernelFunction.Polynomial,
            "sigmoid" => KernelFunction.Sigmoid,
            "matern" => isMatern52 ? KernelFunction.Matern52 : KernelFunction.Matern32,
            "exponential_dot_product" => KernelFunction.ExponentialDotProduct,
            _ => throw MeshException.Invalid("golden", $"kernel '{name}' is not known"),
        };
        foreach (var (key, text) in parameters)
        {
            switch (key)
            {
                case "gamma" or "scale":
                    kernel.Gamma = ParseNumber(text);
                    break;
                case "bandwidth" or "length_scale":
                    kernel.Bandwidth = ParseNumber(text);
                    break;
                case "degree":
                    kernel.Degree = (int)ParseNumber(text);
                    break;
                case "coef0":
                    kernel.Offset = ParseNumber(text);
                    break;
                case "nu" when text is "1.5" or "2.5":
                    break;
                default:
                    throw MeshException.Invalid("golden", $"parameter '{key}={text}' of kernel '{name}' is not known");
            }
        }

        return kernel;
    }

    /// <summary>Splits <c>a=1;b=2</c>.</summary>
    public static Dictionary<string, string> ParseParameters(string text, char separator) => text
        .Split(separator, StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2))
        .Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());

    /// <summary>A number, or <c>1/sqrt(5)</c>.</summary>
    public static double ParseNumber(string text)
    {
        if (InverseRoot().Match(text) is { Success: true } match)
        {
            return 1 / Math.Sqrt(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw MeshException.Invalid("golden", $"'{text}' is not a number");
    }

    [GeneratedRegex(@"^1/sqrt\(([0-9.]+)\)$")]
    private static partial Regex InverseRoot();
}
