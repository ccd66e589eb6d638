using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>The defaults that the proto states for labels.</summary>
internal static class LabelExtensions
{
    public static string SpokenWord(this Label label) => label.Word.Length > 0 ? label.Word : label.Name;

    public static IReadOnlyList<string> StoredValuesOrName(this Label label) => label.StoredValues.Count > 0 ? label.StoredValues : [label.Name];
}
