using System.Text;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>Lower case as Python's <c>str.lower</c> makes it.</summary>
/// <remarks>Source: Unicode, section 3.13, <c>SpecialCasing.txt</c>: the dotted capital I becomes two characters, a capital sigma at the end of a word its final form.</remarks>
internal static class PythonLowercase
{
    private const char CapitalSigma = 'Σ';
    private const char DottedCapitalI = 'İ';

    public static string Of(string text)
    {
        var lower = text.ToLowerInvariant();
        if (text.IndexOfAny([CapitalSigma, DottedCapitalI]) < 0)
        {
            return lower;
        }

        var special = new StringBuilder(text.Length + 1);
        for (var index = 0; index < text.Length; index++)
        {
            _ = text[index] switch
            {
                DottedCapitalI => special.Append("i\u0307"),
                CapitalSigma => special.Append(IsLetterBeside(text, index, -1) && !IsLetterBeside(text, index, 1) ? 'ς' : 'σ'),
                _ => special.Append(lower[index]),
            };
        }

        return special.ToString();
    }

    /// <summary>True where the next character in a direction that is no mark or apostrophe is a letter with case.</summary>
    private static bool IsLetterBeside(string text, int index, int step)
    {
        for (index += step; index >= 0 && index < text.Length; index += step)
        {
            if (char.GetUnicodeCategory(text[index]) is not (System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.Format)
                && text[index] is not ('\'' or '’' or '.' or ':' or '·'))
            {
                return char.IsUpper(text[index]) || char.IsLower(text[index]);
            }
        }

        return false;
    }
}
